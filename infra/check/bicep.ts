import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Environment } from '../commands/shared/options.ts';

/** The result of one run of the Bicep CLI. */
export interface BicepResult {
  readonly succeeded: boolean;
  readonly output: string;
  /** Diagnostics and errors. The exit code is 0 even if there are warnings. */
  readonly errors: string;
}

/** Runs the Bicep CLI with these arguments. Never rejects: if the CLI cannot be started, `succeeded` is false. */
export type Bicep = (...args: readonly string[]) => Promise<BicepResult>;

/** The path of the Bicep CLI: the variable BICEP, or `bicep` on the PATH; undefined if there is none. */
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

/** The Bicep CLI at the given path. It runs in the given folder. */
export const bicepAt =
  (program: string, folder: string): Bicep =>
  (...args) =>
    new Promise((resolve) => {
      execFile(program, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (error, output, errors) => {
        resolve({
          succeeded: error === null,
          output,
          errors: errors.trim() || (error && !output ? error.message : ''),
        });
      });
    });
