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
import { asGiven, optional } from './shared/options.ts';

const commandLine = {
  name: 'entra',
  synopsis: [`<action> --entra-tenant <id or domain> --environment test|production [--service ${serviceNames}]`],
  actions: {
    plan: 'shows what apply would change; the exit code is 2 if it would change something',
    apply: 'shows the plan, asks for confirmation and carries it out; changes only what differs',
    check: 'lists the differences and shows the health of the job; the exit code is 2 if something is wrong',
    test: 'does what Test Connection in the portal does',
    'on-demand': 'provisions one user on demand (--user), and shows each step',
    pause: 'stops the job',
    start: 'starts the job',
    restart: 'starts a new initial cycle',
    remove: 'deletes the application with its job, after you type its name',
    logs: 'shows the provisioning log: which users were provisioned and when, and why others failed',
  },
  options: {
    'entra-tenant': { required: '<id or domain>', read: readEntraTenant },
    environment: { required: 'test|production', read: readEnvironment },
    service: { read: readServices },
    notify: { help: 'the mail address that Entra notifies of a quarantine', read: optional(readMail) },
    'delete-threshold': {
      help: 'the number of deletions in one cycle at which Entra stops and asks for confirmation',
      read: optional(readThreshold),
    },
    assign: {
      help: 'a user or group to assign, by object id, user principal name or group name; may be repeated',
      list: true,
    },
    user: {
      help: 'with on-demand and apply: the user to provision on demand; apply does so before it starts the job',
      read: optional(asGiven),
    },
    'to-workspace': {
      help: "the resource id of the Log Analytics workspace to which Entra sends the tenant's provisioning logs",
      read: optional(readWorkspace),
    },
    'new-token': { flag: true, help: 'with apply: enter a new Secret Token even if one is stored' },
    'issue-token': { flag: true, help: 'with apply: make a Secret Token in the key vault instead of asking for one' },
    tenant: {
      help: "the bank's tenant name at BookMe; a token of another bank is then refused",
      read: optional(readTenant),
    },
    vault: {
      help: 'with --issue-token: the key vault for the token (the setting SCIM_KEY_VAULT_URI)',
      read: optional(asGiven),
    },
    'service-principal': {
      help: "the object id of the application's service principal (default: found by its Tenant URL, then by its name)",
      read: optional(asGiven),
    },
    name: {
      help: 'the name of the application (default: "BookMe advisors" or "BookMe rooms", with " (test)" in test)',
      read: optional(asGiven),
    },
    'allow-deletes': { flag: true, help: 'with restart: let through the deletions that Entra holds back' },
    failed: { flag: true, help: 'with logs: show only failures' },
    since: { help: 'with logs: how far back (default: 7d)', read: readSince },
    yes: { flag: true, help: 'do not ask for confirmation' },
    json: { flag: true, help: 'print JSON, for scripts' },
    'sign-in': {
      help: 'how to sign in: azure-cli (the session of az login), browser or device-code',
      read: optional(asGiven),
    },
    'client-id': {
      help: "the client id of the bank's own public client, for browser and device-code",
      read: optional(asGiven),
    },
    'graph-url': { help: 'the address of Microsoft Graph in a national cloud', read: readGraph },
    'arm-url': { help: 'the address of Azure Resource Manager in a national cloud', read: readArm },
    'service-url': {
      help: "the start of the Tenant URLs, if it is not the environment's address",
      read: optional(readBase),
    },
  },
  notes: `The Secret Token is read from SCIM_TOKEN, a prompt or standard input, never from an option. Sign in as Cloud Application Administrator: with
az login (Microsoft does not document whether its session has all the permissions), in a browser with --client-id, or with an access token in
GRAPH_TOKEN (and ARM_TOKEN for --to-workspace).`,
} as const;

function readSince(text: string | undefined, option: string): number {
  return readDuration(text ?? '7d', option);
}

/** Sets up and operates provisioning in a bank's Entra tenant. Resolves to the exit code: 0, 1 if something was refused or failed, 2 if plan or check found differences. */
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
