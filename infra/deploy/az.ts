import { CommandError } from '../commands/shared/command-error.ts';
import type { Output } from '../commands/shared/output.ts';
import { type Ended, type External, NO_SUCH_PROGRAM, TOOK_TOO_LONG } from './external.ts';

export const environments = ['test', 'production'] as const;
export type EnvironmentName = (typeof environments)[number];

/** A command line of the Azure CLI, without `az`, and the seconds it may take. */
export interface AzCommand {
  readonly parameters: readonly string[];
  readonly seconds: number;
}

/** The subscription and the resource group that a command works in. */
export interface Place {
  readonly subscription: string;
  readonly resourceGroup: string;
}

const quiet = ['--only-show-errors', '--output', 'json'];
const where = ({ subscription, resourceGroup }: Place) => [
  '--subscription',
  subscription,
  '--resource-group',
  resourceGroup,
];

/** Every command line that a deployment uses. None holds a secret, so all may be shown. */
export const az = {
  version: (): AzCommand => ({ parameters: ['version', '--output', 'json'], seconds: 60 }),

  account: (subscription?: string): AzCommand => ({
    parameters: ['account', 'show', ...(subscription ? ['--subscription', subscription] : []), ...quiet],
    seconds: 60,
  }),

  group: ({ subscription, resourceGroup }: Place): AzCommand => ({
    parameters: ['group', 'show', '--subscription', subscription, '--name', resourceGroup, ...quiet],
    seconds: 60,
  }),

  createGroup: ({ subscription, resourceGroup }: Place, location: string, environment: EnvironmentName): AzCommand => ({
    parameters: ['group', 'create', '--subscription', subscription, '--name', resourceGroup, '--location', location]
      .concat('--tags', 'product=bookme-scim', `environment=${environment}`)
      .concat(quiet),
    seconds: 120,
  }),

  /** With ProviderNoRbac who may only read can predict: https://learn.microsoft.com/azure/azure-resource-manager/bicep/deploy-what-if */
  whatIf: (place: Place, name: string, environment: EnvironmentName): AzCommand => ({
    parameters: ['deployment', 'group', 'what-if', ...where(place), '--name', name]
      .concat(
        '--parameters',
        `infra/${environment}.bicepparam`,
        '--validation-level',
        'ProviderNoRbac',
        '--no-pretty-print',
      )
      .concat(quiet),
    seconds: 10 * 60,
  }),

  deploy: (place: Place, name: string, environment: EnvironmentName): AzCommand => ({
    parameters: ['deployment', 'group', 'create', ...where(place), '--name', name]
      .concat('--parameters', `infra/${environment}.bicepparam`)
      .concat(quiet),
    seconds: 60 * 60,
  }),

  /** On Flex Consumption this is "one deploy": https://learn.microsoft.com/azure/azure-functions/flex-consumption-how-to#deploy-your-code-project */
  upload: (place: Place, app: string, archive: string): AzCommand => ({
    parameters: ['functionapp', 'deployment', 'source', 'config-zip', ...where(place), '--name', app]
      .concat('--src', archive, '--timeout', '600')
      .concat(quiet),
    seconds: 15 * 60,
  }),
} as const;

/** What a step needs of the process that it runs in. */
export interface AzContext {
  readonly output: Output;
  readonly external: External;
}

/** Shows the command line, then runs it. Throws CommandError where there is no Azure CLI, or it does not come to an end. */
export async function runAz({ parameters, seconds }: AzCommand, { output, external }: AzContext): Promise<Ended> {
  output.write(`$ ${['az', ...parameters].map(quote).join(' ')}\n`);
  const ended = await external.run('az', parameters, seconds);
  if (ended.code === NO_SUCH_PROGRAM)
    throw new CommandError(
      'The Azure CLI is not installed here: https://learn.microsoft.com/cli/azure/install-azure-cli',
    );
  if (ended.code === TOOK_TOO_LONG)
    throw new CommandError(
      `az did not end within ${seconds / 60} minutes and was stopped. What it began in Azure may go on: look at the resource group's deployments.`,
    );
  return ended;
}

/** For a shell, so that the line can be copied. */
const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
