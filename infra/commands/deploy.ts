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
    'what-if': { flag: true, help: 'shows what a deployment would change, and changes nothing' },
    subscription: {
      help: "name or id; the sign-in's default without it (or AZURE_SUBSCRIPTION_ID)",
      setting: 'AZURE_SUBSCRIPTION_ID',
      read: orNone,
    },
    'resource-group': { help: 'rg-bookme-scim-<environment> unless said otherwise', read: orNone },
    location: {
      help: 'a region such as westeurope: makes the resource group there if there is none',
      read: orNone,
    },
    release: { help: 'a folder that npm run release made: deploys what is in it, and builds nothing', read: orNone },
    token: {
      help: 'a Secret Token of the environment, to test the connection with (or SCIM_TOKEN)',
      setting: 'SCIM_TOKEN',
      read: orNone,
    },
    service: {
      help: `the service that the token is for, ${services.join(' or ')}; advisors unless said otherwise`,
      read: (text: string | undefined, option: string) => readService(text ?? 'advisors', option).name,
    },
  },
} as const;

export const usage = usageOf(commandLine);

function readEnvironment(text: string | undefined, option: string) {
  const environment = environments.find((one) => one === text);
  if (environment) return environment;
  throw new UsageError(`${option} has to be one of ${environments.join(', ')}.`);
}

/** Deploys one environment, or shows what that would change. Resolves to the exit code: 0, or 1 with a sentence. */
export const deploy = command(
  commandLine,
  ({ 'what-if': whatIf, 'resource-group': group, ...options }, context: Context & DeployContext) =>
    deployEnvironment({ ...options, whatIf, resourceGroup: group ?? `rg-bookme-scim-${options.environment}` }, context),
);

/** Building takes packages that a release, which runs this program too, does without. */
async function pack(): Promise<Release> {
  console.log('$ npm run package');
  const { packApp } = await import('../package/package.ts');
  return packApp();
}

if (import.meta.main) void runProgram((argv) => deploy(argv, { ...processContext, run, fetch, pack }));
