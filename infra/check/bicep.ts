import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Environment } from '../commands/shared/options.ts';

/** What the Bicep CLI answered to one command line. */
export interface Answer {
  readonly isWell: boolean;
  readonly output: string;
  /** Diagnostics and errors. Warnings come with exit code 0. */
  readonly errors: string;
}

/** Runs the Bicep CLI with these arguments. Never rejects: a CLI that cannot be started is an answer that is not well. */
export type Bicep = (...args: readonly string[]) => Promise<Answer>;

/** Where the Bicep CLI is: the environment's BICEP, else `bicep` on its PATH; undefined where there is none. */
export function findBicep(environment: Environment): string | undefined {
  if (environment['BICEP']) return environment['BICEP'];
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const names = process.platform === 'win32' ? ['bicep.exe', 'bicep.cmd'] : ['bicep'];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(canRun);
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The CLI at that path, started in that folder. */
export const bicepAt =
  (program: string, folder: string): Bicep =>
  (...args) =>
    new Promise((resolve) => {
      execFile(program, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (error, output, errors) => {
        resolve({ isWell: error === null, output, errors: errors.trim() || (error && !output ? error.message : '') });
      });
    });
