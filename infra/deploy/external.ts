import { spawn } from 'node:child_process';

/** How a program ended. */
export interface Ended {
  /** 127 where there is no such program, 124 where it took too long, as in a shell. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** All that the deployment has of the world outside its process. */
export interface External {
  run(command: string, parameters: readonly string[], seconds: number): Promise<Ended>;
  readonly fetch: typeof fetch;
}

export const NO_SUCH_PROGRAM = 127;
export const TOOK_TOO_LONG = 124;

/** The real one. Programs get no input: one that asks a question fails instead of waiting for ever. */
export const external: External = { run, fetch: (input, init) => fetch(input, init) };

function run(command: string, parameters: readonly string[], seconds: number): Promise<Ended> {
  const signal = AbortSignal.timeout(seconds * 1000);
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  const [program, ...before] = process.platform === 'win32' ? ['cmd', '/c', command] : [command]; // there az is a script
  const child = spawn(program ?? command, [...before, ...parameters], { stdio, signal });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text;
    });
  }
  return new Promise((resolve) => {
    child.on('error', () => resolve({ ...printed, code: signal.aborted ? TOOK_TOO_LONG : NO_SUCH_PROGRAM }));
    child.on('close', (code) => resolve({ ...printed, code: code ?? 1 }));
  });
}
