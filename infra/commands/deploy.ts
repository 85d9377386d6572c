import { environments, run } from '../deploy/az.ts';
import { type DeployContext, deployEnvironment } from '../deploy/deploy.ts';
import type { Release } from '../deploy/release.ts';
import { type Context, command, processContext, runProgram } from './shared/command.ts';
import { UsageError } from './shared/command-error.ts';
import { readService, services } from './shared/option-values.ts';
import { usageOf } from './shared/options.ts';

const orNone = (text: string | undefined): string | undefined => text || undefined;

const commandLine = {
  name: 'deploy',
  synopsis: [`--environment ${environments.join('|')} [--what-if]`],
  options: {
    environment: { read: readEnvironment },
    'what-if': { flag: true, help: 'show what a deployment would change, without changing anything' },
    subscription: {
      help: 'the name or id of the subscription (or AZURE_SUBSCRIPTION_ID; default: the one that az login selected)',
      setting: 'AZURE_SUBSCRIPTION_ID',
      read: orNone,
    },
    'resource-group': { help: 'the resource group (default: rg-bookme-scim-<environment>)', read: orNone },
    location: {
      help: 'a region, such as westeurope, in which to create the resource group if it does not exist',
      read: orNone,
    },
    release: {
      help: 'a folder that npm run release made; its content is deployed, and nothing is built',
      read: orNone,
    },
    token: {
      help: 'a Secret Token of the environment, to test the connection (or SCIM_TOKEN)',
      setting: 'SCIM_TOKEN',
      read: orNone,
    },
    service: {
      help: `the service that the token is for, ${services.join(' or ')} (default: advisors)`,
      read: (text: string | undefined, option: string) => readService(text ?? 'advisors', option).name,
    },
  },
} as const;

/** The usage of the command. */
export const usage = usageOf(commandLine);

function readEnvironment(text: string | undefined, option: string) {
  const environment = environments.find((one) => one === text);
  if (environment) return environment;
  throw new UsageError(`${option} must be one of ${environments.join(', ')}.`);
}

/** Deploys one environment, or shows what a deployment would change. Resolves to the exit code: 0, or 1 with a message. */
export const deploy = command(
  commandLine,
  ({ 'what-if': whatIf, 'resource-group': group, ...options }, context: Context & DeployContext) =>
    deployEnvironment({ ...options, whatIf, resourceGroup: group ?? `rg-bookme-scim-${options.environment}` }, context),
);

/** Imports the build only when it is needed: this program also runs from a release folder, which does not contain the packages that a build needs. */
async function pack(): Promise<Release> {
  console.log('$ npm run package');
  const { packApp } = await import('../package/package.ts');
  return packApp();
}

if (import.meta.main) void runProgram((argv) => deploy(argv, { ...processContext, run, fetch, pack }));
