import { readFileSync } from 'node:fs';
import { deploy } from '../../../infra/commands/deploy.ts';
import type { Ended } from '../../../infra/deploy/az.ts';
import * as answers from './answers.ts';

/** The answer of each az command, by its first words. The answers of a list are given one after another, and the last one is repeated. */
export interface World {
  readonly az: Readonly<Record<string, Ended | readonly Ended[]>>;
  readonly fetch: (url: URL, init: RequestInit | undefined) => Response | Error;
}

/** az rest --body @FILE */
const bodyOf = (line: string): string => /--body @(\S+)/.exec(line)?.[1] ?? '';

export interface Run {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  /** The az commands by their first words, the packing, and the addresses that were called, in order. */
  readonly steps: readonly string[];
  readonly commands: readonly string[];
  readonly seconds: number;
  /** The rules that each az rest command set. */
  readonly rules: readonly unknown[];
}

/** The answers of a deployment without problems. */
export const sunshine: World = {
  az: {
    'account show': answers.account(),
    'group show': answers.group({ environment: 'test' }),
    'group create': answers.group({ environment: 'test' }),
    'deployment group what-if': answers.predicted,
    rest: answers.done,
    'deployment group create': answers.deployment(),
    'functionapp deployment source': answers.uploaded,
  },
  fetch: ({ pathname }) => (pathname === '/health' ? answers.healthy() : answers.emptyList()),
};

/** The same answers, except for some. */
export const worldWith = (az: World['az'], fetch = sunshine.fetch): World => ({ az: { ...sunshine.az, ...az }, fetch });

/** Runs the command with these answers, and with a clock that moves only when the command waits. */
export async function runDeploy(world: World, ...argv: readonly string[]): Promise<Run> {
  const output: string[] = [];
  const errors: string[] = [];
  const run = { steps: [] as string[], commands: [] as string[], seconds: 0, rules: [] as unknown[] };
  const asked = new Map<string, number>();
  const code = await deploy(argv, {
    output: { write: (text) => output.push(text) },
    errors: { write: (text) => errors.push(text) },
    environment: {},
    now: () => new Date('2026-11-24T08:00:00Z'),
    async wait(seconds) {
      run.seconds += seconds;
    },
    async pack() {
      run.steps.push('pack');
      return { archive: 'package.zip', commit: answers.COMMIT };
    },
    async run(command, parameters) {
      const line = parameters.join(' ');
      run.commands.push(line);
      if (parameters[0] === 'rest') run.rules.push(JSON.parse(readFileSync(bodyOf(line), 'utf8')).properties);
      const words = Object.keys(world.az).find((one) => line.startsWith(one)) ?? line;
      run.steps.push(`${command} ${words}`);
      const scripted = [world.az[words] ?? []].flat();
      const number = asked.get(words) ?? 0;
      asked.set(words, number + 1);
      return scripted[Math.min(number, scripted.length - 1)] ?? { code: 127, stdout: '', stderr: '' };
    },
    async fetch(input, init) {
      const url = new URL(String(input));
      run.steps.push(`GET ${url.host}${url.pathname}`);
      const answer = world.fetch(url, init);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return { ...run, code, output: output.join(''), errors: errors.join('') };
}
