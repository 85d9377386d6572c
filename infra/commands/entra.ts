import { DefaultAzureCredential } from '@azure/identity';
import { perform } from '../entra/actions.ts';
import type { EntraContext } from '../entra/context.ts';
import { openKeyboard } from '../entra/keyboard.ts';
import {
  optionsOf,
  readArm,
  readBase,
  readEntraTenant,
  readEnvironment,
  readGraph,
  readMail,
  readServices,
  readThreshold,
  readWorkspace,
  serviceNames,
} from '../entra/options.ts';
import { command, processContext, runProgram } from './shared/command.ts';
import { readDuration, readTenant } from './shared/option-values.ts';
import { optional } from './shared/options.ts';

const asGiven = (text = ''): string => text;

const commandLine = {
  name: 'entra',
  synopsis: [`<action> --entra-tenant <id or domain> --environment test|production [--service ${serviceNames}]`],
  actions: {
    plan: 'shows what apply would do; exit code 0: nothing, 2: something',
    apply: 'shows the plan, asks, and does it; what is right already is left alone',
    check: 'names each difference and the health of the job; exit code 2 where something is not in order',
    test: "the portal's Test Connection",
    'on-demand': 'provisions one user, named by --user, and shows each step',
    pause: 'switches the job off',
    start: 'switches it on',
    restart: 'begins a new initial cycle',
    remove: 'deletes the application with its job; asks for its name',
    logs: 'who was provisioned, when, and why it failed',
  },
  options: {
    'entra-tenant': { required: '<id or domain>', read: readEntraTenant },
    environment: { required: 'test|production', read: readEnvironment },
    service: { read: readServices },
    notify: { help: 'the mail address that is told of a quarantine', read: optional(readMail) },
    'delete-threshold': {
      help: 'from how many deletions in one cycle on Entra asks first',
      read: optional(readThreshold),
    },
    assign: {
      help: "a user or group to assign: object id, user principal name or a group's name; may be repeated",
      list: true,
    },
    user: { help: 'one user: with apply, provisioned on demand before the start', read: optional(asGiven) },
    'to-workspace': {
      help: "resource id of the Log Analytics workspace that gets the tenant's provisioning logs",
      read: optional(readWorkspace),
    },
    'new-token': { flag: true, help: 'with apply: enter a Secret Token although one is stored' },
    'issue-token': { flag: true, help: 'with apply: make a Secret Token in the vault rather than enter one' },
    tenant: { help: "the bank's name at BookMe: a token of another bank is refused", read: optional(readTenant) },
    vault: { help: 'with --issue-token: the key vault (the setting SCIM_KEY_VAULT_URI)', read: optional(asGiven) },
    'service-principal': {
      help: 'object id of the application; without it, it is found by its Tenant URL, else by its name',
      read: optional(asGiven),
    },
    name: { help: 'the name of the application, "BookMe advisors" and so on unless said', read: optional(asGiven) },
    'allow-deletes': { flag: true, help: 'with restart: let the deletions through that Entra holds back' },
    failed: { flag: true, help: 'with logs: only failures' },
    since: { help: 'with logs: how far back, 7d unless said', read: readSince },
    yes: { flag: true, help: 'do not ask' },
    json: { flag: true, help: 'print for programs' },
    'sign-in': { help: 'azure-cli (the session of az login), browser or device-code', read: optional(asGiven) },
    'client-id': { help: "the bank's own public client, for browser and device-code", read: optional(asGiven) },
    'graph-url': { help: 'another Microsoft Graph, for national clouds', read: readGraph },
    'arm-url': { help: 'another Azure Resource Manager', read: readArm },
    'service-url': {
      help: "what the Tenant URLs begin with, where it is not the environment's address",
      read: optional(readBase),
    },
  },
  notes: `The Secret Token comes from SCIM_TOKEN, a prompt or standard input, never from an option. Sign in as Cloud Application Administrator: by
az login (Microsoft does not document that its session may do all this), by a browser with --client-id, or with an access token in
GRAPH_TOKEN (and ARM_TOKEN for --to-workspace).`,
} as const;

function readSince(text: string | undefined, option: string): number {
  return readDuration(text ?? '7d', option);
}

/** A bank's Entra side. Resolves to the exit code: 0, 1 where something was refused or failed, 2 where plan or check found differences. */
export const entra = command(commandLine, async (values, context: EntraContext) =>
  perform(optionsOf(values, context.environment), context),
);

if (import.meta.main) {
  const keyboard = openKeyboard(process.stdin, process.stderr);
  const folder = process.cwd();
  void runProgram((argv) =>
    entra(argv, { ...processContext, credential: () => new DefaultAzureCredential(), folder, ...keyboard }),
  );
}
