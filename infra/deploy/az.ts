import { spawn } from 'node:child_process';
import { CommandError } from '../commands/shared/command-error.ts';
import type { Output } from '../commands/shared/output.ts';

/** The environments that can be deployed. */
export const environments = ['test', 'production'] as const;
export type EnvironmentName = (typeof environments)[number];

/** The subscription and the resource group that a command works in. */
export interface Place {
  readonly subscription: string;
  readonly resourceGroup: string;
}

const placeOptions = ({ subscription, resourceGroup }: Place) => [
  ...['--subscription', subscription],
  ...['--resource-group', resourceGroup],
];
const asJson = ['--only-show-errors', '--output', 'json'];

/** The command lines of the Azure CLI that a deployment uses, without `az`. None contains a secret, so all are printed. */
export const az = {
  account: (subscription?: string) => [
    ...['account', 'show', ...(subscription ? ['--subscription', subscription] : [])],
    ...asJson,
  ],

  group: ({ subscription, resourceGroup }: Place) => [
    ...['group', 'show', '--subscription', subscription, '--name', resourceGroup],
    ...asJson,
  ],

  createGroup: ({ subscription, resourceGroup }: Place, location: string, environment: EnvironmentName) => [
    ...['group', 'create', '--subscription', subscription, '--name', resourceGroup, '--location', location],
    ...['--tags', 'product=bookme-scim', `environment=${environment}`],
    ...asJson,
  ],

  /**
   * The result is printed by az itself. With ProviderNoRbac, read permissions are enough:
   * https://learn.microsoft.com/azure/azure-resource-manager/bicep/deploy-what-if
   */
  whatIf: (place: Place, template: readonly string[]) => [
    ...['deployment', 'group', 'what-if', ...placeOptions(place), ...template],
    ...['--validation-level', 'ProviderNoRbac', '--exclude-change-types', 'NoChange', 'Ignore', '--only-show-errors'],
  ],

  deploy: (place: Place, name: string, template: readonly string[]) => [
    ...['deployment', 'group', 'create', ...placeOptions(place), '--name', name, ...template],
    ...asJson,
  ],

  /** Sends only the rules: az config access-restriction also sends properties that Flex Consumption refuses (https://github.com/Azure/azure-cli/issues/31414). */
  setRules: ({ subscription, resourceGroup }: Place, app: string, bodyFile: string) => [
    ...['rest', '--method', 'patch', '--body', `@${bodyFile}`, '--url'],
    `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Web/sites/${app}/config/web?api-version=2024-11-01`,
    ...['--only-show-errors', '--output', 'none'],
  ],

  /** On Flex Consumption, this command uses "one deploy": https://learn.microsoft.com/azure/azure-functions/flex-consumption-how-to#deploy-your-code-project */
  upload: (place: Place, app: string, archive: string) => [
    ...['functionapp', 'deployment', 'source', 'config-zip', ...placeOptions(place), '--name', app],
    ...['--src', archive, '--timeout', '600'],
    ...asJson,
  ],
} as const;

/** How a program ended. Its stderr has already been shown. */
export interface Ended {
  /** The exit code; 127 if there is no such program, as in a shell. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program without input: a program that asks a question fails instead of waiting forever. */
export type Run = (program: string, parameters: readonly string[], show: 'errors' | 'all') => Promise<Ended>;

const NO_SUCH_PROGRAM = 127;

/** Runs a program and shows its stderr, and with `show` 'all' also its stdout. */
export const run: Run = (command, parameters, show) => {
  const [program = command, ...before] = process.platform === 'win32' ? ['cmd', '/c', command] : [command]; // on Windows, az is a script
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

/** What a step of the deployment gets from the process that it runs in. */
export interface AzContext {
  readonly output: Output;
  readonly run: Run;
  readonly fetch: typeof fetch;
  /** Resolves after that many seconds. */
  readonly wait: (seconds: number) => Promise<void>;
}

/** Prints a command line of the Azure CLI, then runs it. Throws CommandError if the Azure CLI is not installed. */
export async function runAz(
  parameters: readonly string[],
  { output, run }: AzContext,
  show: 'errors' | 'all' = 'errors',
): Promise<Ended> {
  output.write(`$ ${['az', ...parameters].map(quote).join(' ')}\n`);
  const ended = await run('az', parameters, show);
  if (ended.code !== NO_SUCH_PROGRAM) return ended;
  throw new CommandError(
    'The Azure CLI is not installed. To install it: https://learn.microsoft.com/cli/azure/install-azure-cli',
  );
}

/** Runs the Azure CLI and resolves to its output. Throws CommandError if it fails, after az has printed the reason. */
export async function readAz(parameters: readonly string[], context: AzContext): Promise<string> {
  const { code, stdout } = await runAz(parameters, context);
  if (code === 0) return stdout;
  throw new CommandError(`az ${parameters.slice(0, 2).join(' ')} failed. Its message is above.`);
}

/** Quotes an argument for a shell, so that the printed line can be copied. */
const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
