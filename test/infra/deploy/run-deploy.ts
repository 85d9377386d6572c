import { deploy } from '../../../infra/commands/deploy.ts';
import type { Ended } from '../../../infra/deploy/external.ts';
import * as answers from './answers.ts';

/** What each az command answers, by its first words; a list is answered one by one, the last of it for ever. */
export interface World {
  readonly az: Readonly<Record<string, Ended | readonly Ended[]>>;
  readonly fetch: (url: URL, init: RequestInit | undefined) => Response | Error;
}

export interface Run {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  /** The az commands by their first words, the packing, and the addresses that were called, in their order. */
  readonly steps: readonly string[];
  readonly commands: readonly string[];
  readonly seconds: number;
}

/** Everything goes well. */
export const sunshine: World = {
  az: {
    version: answers.version('2.90.0'),
    'account show': answers.account(),
    'group show': answers.group({ environment: 'test' }),
    'group create': answers.group({ environment: 'test' }),
    'deployment group what-if': answers.whatIf(),
    'deployment group create': answers.deployment(),
    'functionapp deployment source': answers.uploaded,
  },
  fetch: ({ pathname }) => (pathname === '/health' ? answers.healthy() : answers.emptyList()),
};

/** A world that differs from the sunny one in some answers. */
export const worldWith = (az: World['az'], fetch = sunshine.fetch): World => ({ az: { ...sunshine.az, ...az }, fetch });

/** Runs the command against a world, with a clock that stands still but where it waits. */
export async function runDeploy(world: World, ...argv: readonly string[]): Promise<Run> {
  const output: string[] = [];
  const errors: string[] = [];
  const run = { steps: [] as string[], commands: [] as string[], seconds: 0 };
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
      return 'package.zip';
    },
    external: {
      async run(command, parameters) {
        const line = parameters.join(' ');
        run.commands.push(line);
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
    },
  });
  return { ...run, code, output: output.join(''), errors: errors.join('') };
}
