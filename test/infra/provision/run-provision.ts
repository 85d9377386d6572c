import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provision } from '../../../infra/commands/provision.ts';

export const token = 'contoso.secret-secret-secret';

export interface Run {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  /** The seconds of each pause that the command asked for; none of them was waited. */
  readonly pauses: readonly number[];
}

export interface Workplace {
  readonly state: string;
  /** Runs the command in this process over an export of these users. */
  readonly run: (url: string, users: readonly unknown[], ...more: readonly string[]) => Promise<Run>;
  readonly write: (text: string) => Promise<string>;
  readonly remove: () => Promise<void>;
}

/** A directory of its own for the export and the state. */
export async function openWorkplace(): Promise<Workplace> {
  const place = await mkdtemp(join(tmpdir(), 'provision-'));
  const state = join(place, 'state.json');
  const write = async (text: string) => {
    const path = join(place, 'directory.json');
    await writeFile(path, text);
    return path;
  };
  const run: Workplace['run'] = async (url, users, ...more) => {
    const directory = await write(JSON.stringify({ value: users }));
    return runWith(['--url', url, '--token', token, '--directory', directory, '--state', state, ...more]);
  };
  return { state, run, write, remove: () => rm(place, { recursive: true }) };
}

/** Runs the command in this process with exactly these arguments. */
export async function runWith(argv: readonly string[], isTTY = false): Promise<Run> {
  const output: string[] = [];
  const errors: string[] = [];
  const pauses: number[] = [];
  const code = await provision(argv, {
    output: { write: (text) => output.push(text), isTTY },
    errors: { write: (text) => errors.push(text) },
    environment: {},
    wait: async (seconds) => {
      pauses.push(seconds);
    },
    stop: new AbortController().signal,
  });
  return { code, output: output.join(''), errors: errors.join(''), pauses };
}
