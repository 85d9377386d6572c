import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provision } from '../../../infra/commands/provision.ts';
import { type Canned, emptyList, isProbe, type Recorded, type Recorder, startRecorder } from './scim-recorder.ts';

export const token = 'contoso.secret-secret-secret';

export interface Run {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  /** The seconds of each pause that the command asked for, without actually waiting. */
  readonly pauses: readonly number[];
  readonly questions: readonly string[];
}

export interface Workplace {
  readonly state: string;
  /** Runs the command in this process with an export of these users. */
  readonly run: (url: string, users: readonly unknown[], ...more: readonly string[]) => Promise<Run>;
  /** The same with a different context. */
  readonly runIn: (surroundings: Surroundings, ...given: Parameters<Workplace['run']>) => Promise<Run>;
  readonly write: (text: string) => Promise<string>;
  /** Starts a service that passes the connection test and answers all other requests with `answer`. */
  readonly serve: (answer: (request: Recorded) => Canned) => Promise<Recorder>;
  /** The same, but `answer` also answers the connection test. */
  readonly serveAll: (answer: (request: Recorded) => Canned) => Promise<Recorder>;
  /** Removes the folder and stops the services. */
  readonly remove: () => Promise<void>;
}

/** A temporary folder for the export and the state, and services to provision. */
export async function openWorkplace(): Promise<Workplace> {
  const place = await mkdtemp(join(tmpdir(), 'provision-'));
  const state = join(place, 'state.json');
  const write = async (text: string) => {
    const path = join(place, 'directory.json');
    await writeFile(path, text);
    return path;
  };
  const runIn: Workplace['runIn'] = async (surroundings, url, users, ...more) => {
    const directory = await write(JSON.stringify({ value: users }));
    const argv = ['--url', url, '--token', token, '--directory', directory, '--state', state, ...more];
    return runWith(argv, surroundings);
  };
  const services: Recorder[] = [];
  const serveAll: Workplace['serveAll'] = async (answer) => {
    const service = await startRecorder(answer);
    services.push(service);
    return service;
  };
  async function remove(): Promise<void> {
    await Promise.all(services.map((service) => service.close()));
    await rm(place, { recursive: true });
  }
  return {
    state,
    run: (...given) => runIn({}, ...given),
    runIn,
    write,
    serve: (answer) => serveAll((request) => (isProbe(request) ? emptyList : answer(request))),
    serveAll,
    remove,
  };
}

/** The context of the command: by default no terminal and no environment variables. */
export interface Surroundings {
  readonly isTTY?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** What the user types when asked. */
  readonly typed?: string;
  readonly stop?: AbortSignal;
}

/** Runs the command in this process with exactly these arguments. */
export async function runWith(
  argv: readonly string[],
  { isTTY = false, environment = {}, typed, stop = new AbortController().signal }: Surroundings = {},
): Promise<Run> {
  const output: string[] = [];
  const errors: string[] = [];
  const pauses: number[] = [];
  const questions: string[] = [];
  const ask = async (question: string) => {
    questions.push(question);
    return typed ?? '';
  };
  const code = await provision(argv, {
    output: { write: (text) => output.push(text), isTTY },
    errors: { write: (text) => errors.push(text) },
    environment,
    wait: async (seconds) => {
      pauses.push(seconds);
    },
    stop,
    ask: typed === undefined ? undefined : ask,
  });
  return { code, output: output.join(''), errors: errors.join(''), pauses, questions };
}
