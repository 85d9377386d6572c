import { spawn } from 'node:child_process';
import { CommandError } from '../commands/shared/command-error.ts';
import type { Output } from '../commands/shared/output.ts';

export const environments = ['test', 'production'] as const;
export type EnvironmentName = (typeof environments)[number];

/** The subscription and the resource group that a command works in. */
export interface Place {
  readonly subscription: string;
  readonly resourceGroup: string;
}

const where = ({ subscription, resourceGroup }: Place) => [
  ...['--subscription', subscription],
  ...['--resource-group', resourceGroup],
];
const quiet = ['--only-show-errors', '--output', 'json'];

/** Every command line of the Azure CLI that a deployment uses, without `az`. None holds a secret, so all may be shown. */
export const az = {
  account: (subscription?: string) => [
    ...['account', 'show', ...(subscription ? ['--subscription', subscription] : [])],
    ...quiet,
  ],

  group: ({ subscription, resourceGroup }: Place) => [
    ...['group', 'show', '--subscription', subscription, '--name', resourceGroup],
    ...quiet,
  ],

  createGroup: ({ subscription, resourceGroup }: Place, location: string, environment: EnvironmentName) => [
    ...['group', 'create', '--subscription', subscription, '--name', resourceGroup, '--location', location],
    ...['--tags', 'product=bookme-scim', `environment=${environment}`],
    ...quiet,
  ],

  /**
   * In az's own words: it shows values too, and colours. With ProviderNoRbac who may only read can predict:
   * https://learn.microsoft.com/azure/azure-resource-manager/bicep/deploy-what-if
   */
  whatIf: (place: Place, template: readonly string[]) => [
    ...['deployment', 'group', 'what-if', ...where(place), ...template],
    ...['--validation-level', 'ProviderNoRbac', '--exclude-change-types', 'NoChange', 'Ignore', '--only-show-errors'],
  ],

  deploy: (place: Place, name: string, template: readonly string[]) => [
    ...['deployment', 'group', 'create', ...where(place), '--name', name, ...template],
    ...quiet,
  ],

  /** az config access-restriction sends back what Flex Consumption refuses (https://github.com/Azure/azure-cli/issues/31414): this sends the rules only. */
  setRules: ({ subscription, resourceGroup }: Place, app: string, bodyFile: string) => [
    ...['rest', '--method', 'patch', '--body', `@${bodyFile}`, '--url'],
    `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Web/sites/${app}/config/web?api-version=2024-11-01`,
    ...['--only-show-errors', '--output', 'none'],
  ],

  /** On Flex Consumption this is "one deploy": https://learn.microsoft.com/azure/azure-functions/flex-consumption-how-to#deploy-your-code-project */
  upload: (place: Place, app: string, archive: string) => [
    ...['functionapp', 'deployment', 'source', 'config-zip', ...where(place), '--name', app],
    ...['--src', archive, '--timeout', '600'],
    ...quiet,
  ],
} as const;

/** How a program ended; what it said on stderr was shown as it came. */
export interface Ended {
  /** 127 where there is no such program, as in a shell. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program without input, so that one that asks a question fails instead of waiting for ever. */
export type Run = (program: string, parameters: readonly string[], show: 'errors' | 'all') => Promise<Ended>;

const NO_SUCH_PROGRAM = 127;

/** The real one: shows stderr, and stdout too where all is to be shown. */
export const run: Run = (command, parameters, show) => {
  const [program = command, ...before] = process.platform === 'win32' ? ['cmd', '/c', command] : [command]; // there az is a script
  const child = spawn(program, [...before, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text;
      if (stream === 'stderr' || show === 'all') process[stream].write(text);
    });
  }
  return new Promise((resolve) => {
    child.on('error', () => resolve({ ...printed, code: NO_SUCH_PROGRAM }));
    child.on('close', (code) => resolve({ ...printed, code: code ?? 1 }));
  });
};

/** What a step has of the process that it runs in. */
export interface AzContext {
  readonly output: Output;
  readonly run: Run;
  readonly fetch: typeof fetch;
  /** Resolves after so many seconds. */
  readonly wait: (seconds: number) => Promise<void>;
}

/** Shows the command line, then runs it. Throws CommandError where there is no Azure CLI. */
export async function runAz(
  parameters: readonly string[],
  { output, run }: AzContext,
  show: 'errors' | 'all' = 'errors',
): Promise<Ended> {
  output.write(`$ ${['az', ...parameters].map(quote).join(' ')}\n`);
  const ended = await run('az', parameters, show);
  if (ended.code !== NO_SUCH_PROGRAM) return ended;
  throw new CommandError(
    'The Azure CLI is not installed here: https://learn.microsoft.com/cli/azure/install-azure-cli',
  );
}

/** Runs it and gives what it prints. Throws CommandError where it fails; az has said why by then. */
export async function askAz(parameters: readonly string[], context: AzContext): Promise<string> {
  const { code, stdout } = await runAz(parameters, context);
  if (code === 0) return stdout;
  throw new CommandError(`az ${parameters.slice(0, 2).join(' ')} failed, and says above why.`);
}

/** For a shell, so that the line can be copied. */
const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
