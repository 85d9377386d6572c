import {
  type Dialect,
  defaultMapping,
  dialects,
  isDialect,
  type JobContext,
  jobOf,
  type Mapping,
  PATCH_FLAG,
  provisionDirectory,
  provisionOnDemand,
} from '../provision/connector.ts';
import { type Context, command, processContext, runProgram } from './shared/command.ts';
import { CommandError } from './shared/command-error.ts';
import { askOnTerminal } from './shared/confirmation.ts';
import { interruption } from './shared/interruption.ts';
import { asGiven, optional } from './shared/options.ts';

const commandLine = {
  name: 'provision',
  synopsis: ['--url <Tenant URL> --token <Secret Token> --directory <file.json>'],
  options: {
    url: {
      help: 'the address of the SCIM service, such as http://localhost:7071/advisors/scim',
      required: '<Tenant URL>',
      read: asGiven,
    },
    token: {
      help: 'the Secret Token for that service and tenant (preferably in the variable SCIM_TOKEN)',
      required: '<Secret Token>',
      setting: 'SCIM_TOKEN',
      read: readToken,
    },
    directory: {
      help: 'an export of the directory, such as test/directories/advisors.json',
      required: '<file.json>',
      read: asGiven,
    },
    dialect: {
      help: `how to write a PATCH: ${dialects.join(', ')} (default: scim, or flagged if the URL has ?${PATCH_FLAG})`,
      read: optional(readDialect),
    },
    mapping: {
      help: 'the attribute mapping: guide (the one in docs/entra-setup.md) or default (the one that Entra gives a new application); guide if omitted',
      read: readMapping,
    },
    state: {
      help: 'the file in which the state is saved between cycles (default: a file in .provision for each service and tenant)',
      read: optional(asGiven),
    },
    'on-demand': {
      help: 'the object id of one user: provision only that user and show each step',
      read: optional(asGiven),
    },
    'dry-run': { flag: true, help: 'query the service and show what would be sent, without changing anything' },
    'allow-removals': {
      flag: true,
      help: 'delete the users that are missing from the export without asking, even if they are more than a tenth of the known users',
    },
  },
} as const;

function readToken(token = ''): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new CommandError('--token must be the Secret Token exactly as it was printed, without blanks or line breaks.');
}

function readDialect(text = ''): Dialect {
  if (isDialect(text)) return text;
  throw new CommandError(`--dialect must be one of ${dialects.join(', ')}.`);
}

/** Undefined for the mapping that each service declares. */
function readMapping(text: string | undefined, option: string): Mapping | undefined {
  if (text === undefined || text === 'guide') return undefined;
  if (text === 'default') return defaultMapping;
  throw new CommandError(`${option} must be guide or default.`);
}

/** Provisions a directory the way Entra's connector does. Resolves to the exit code: 0, 1 if something failed, 130 if it was stopped. */
export const provision = command(
  commandLine,
  async (
    { 'on-demand': objectId, 'dry-run': dryRun, 'allow-removals': allowRemovals, ...settings },
    context: Context & JobContext,
  ) => {
    const job = jobOf({ ...settings, dryRun, allowRemovals });
    return objectId === undefined ? provisionDirectory(job, context) : provisionOnDemand(job, objectId, context);
  },
);

if (import.meta.main) {
  const stop = interruption();
  const ask = process.stdin.isTTY ? askOnTerminal : undefined;
  void runProgram((argv) => provision(argv, { ...processContext, stop, ask }));
}
