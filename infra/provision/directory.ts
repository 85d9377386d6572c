import { readFile } from 'node:fs/promises';
import { CommandError } from '../commands/shared/command-error.ts';
import type { DirectoryUser, Mapping } from './mapping.ts';
import { parseDirectory } from './parse-directory.ts';

/** Reads an export from its file. Throws CommandError where it cannot be read, or as parseDirectory does. */
export async function readDirectory(path: string, mapping?: Mapping): Promise<readonly DirectoryUser[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`The directory file ${path} cannot be read (${error.code}): check --directory.`);
  });
  return parseDirectory({ text, path }, mapping);
}
