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
import { optional } from './shared/options.ts';

const asGiven = (text = ''): string => text;

const commandLine = {
  name: 'provision',
  synopsis: ['--url <Tenant URL> --token <Secret Token> --directory <file.json>'],
  options: {
    url: {
      help: 'where the SCIM service is, such as http://localhost:7071/advisors/scim',
      required: '<Tenant URL>',
      read: asGiven,
    },
    token: {
      help: 'the Secret Token of that service and tenant (better in the variable SCIM_TOKEN)',
      required: '<Secret Token>',
      setting: 'SCIM_TOKEN',
      read: readToken,
    },
    directory: {
      help: 'the export of the directory, such as test/directories/advisors.json',
      required: '<file.json>',
      read: asGiven,
    },
    dialect: {
      help: `how Entra writes a PATCH: ${dialects.join(', ')} (scim, or flagged where the URL has ?${PATCH_FLAG})`,
      read: optional(readDialect),
    },
    mapping: {
      help: "guide (what docs/entra-setup.md has banks enter) unless said otherwise, or default (Entra's own)",
      read: readMapping,
    },
    state: {
      help: 'what the last cycle left (a file in .provision, named for service and tenant)',
      read: optional(asGiven),
    },
    'on-demand': {
      help: 'the object id of one user: provisions that user alone and shows each step',
      read: optional(asGiven),
    },
    'dry-run': { flag: true, help: 'asks the service, shows what would be sent, and changes nothing' },
    'allow-removals': {
      flag: true,
      help: 'delete who is gone from the export without a question, also more than a tenth of those known',
    },
  },
} as const;

function readToken(token = ''): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new CommandError('--token has to be the Secret Token as it was handed out: no blanks, no line breaks.');
}

function readDialect(text = ''): Dialect {
  if (isDialect(text)) return text;
  throw new CommandError(`--dialect has to be one of ${dialects.join(', ')}.`);
}

/** Undefined for the services' own. */
function readMapping(text: string | undefined, option: string): Mapping | undefined {
  if (text === undefined || text === 'guide') return undefined;
  if (text === 'default') return defaultMapping;
  throw new CommandError(`${option} has to be guide or default.`);
}

/** Runs the connector's stand-in. Resolves to the exit code: 0, 1 where something failed, 130 where it was stopped. */
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
