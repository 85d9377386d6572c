import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '../..');

/** A program that has ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A running npm start, and what it has printed so far. */
export interface Started {
  readonly process: ChildProcess;
  readonly output: string;
  readonly ended: Promise<Ended>;
}

type Environment = Readonly<Record<string, string>>;

/** Runs the start program until it ends. Its settings, data and bundle are in the folder. */
export const runStart = (folder: string, environment: Environment, ...parameters: string[]): Promise<Ended> =>
  watch(spawnStart(folder, environment, parameters)).ended;

/** Starts it and waits until it serves requests. If it ends instead, rejects with its output. */
export async function startIn(folder: string, environment: Environment, ...parameters: string[]): Promise<Started> {
  return untilServing(spawnStart(folder, environment, parameters));
}

/** The same for a process that has already been started. */
export async function untilServing(child: ChildProcess): Promise<Started> {
  const { ended, readOutput } = watch(child);
  while (!readOutput().includes('Press Ctrl-C to stop.')) {
    const end = await Promise.race([ended, child.stdout && once(child.stdout, 'data')]);
    if (end && 'errors' in end) throw new Error(`npm start ended: ${end.output}${end.errors}`);
  }
  return { process: child, output: readOutput(), ended };
}

/** The environment of a developer who has only these settings. */
export function cleanEnvironment(environment: Environment): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(SCIM_|PORT$|NODE_OPTIONS$|npm_)/.test(name));
  return { ...Object.fromEntries(inherited), ...environment };
}

/** A port that was free a moment ago. */
export async function findPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address is an AddressInfo
  server.close();
  await once(server, 'close');
  return String(port);
}

const spawnStart = (folder: string, environment: Environment, parameters: readonly string[]): ChildProcess =>
  spawn(process.execPath, [join(PROJECT, 'infra/local/start.ts'), ...parameters], {
    cwd: folder,
    env: cleanEnvironment(environment),
  });

function watch(child: ChildProcess): { readonly ended: Promise<Ended>; readOutput(): string } {
  let output = '';
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, output, errors }));
  return { ended, readOutput: () => output };
}
