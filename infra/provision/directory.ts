import { readFile } from 'node:fs/promises';
import { CommandError } from '../commands/shared/command-error.ts';
import { decodeExport } from './export.ts';
import type { DirectoryUser, Mapping } from './mapping.ts';
import { parseDirectory } from './parse-directory.ts';

/** Reads an export from its file: see parseDirectory. Throws CommandError if the file cannot be read or its content is wrong. */
export async function readDirectory(
  path: string,
  mapping?: Mapping,
  notify?: (notice: string) => void,
): Promise<readonly DirectoryUser[]> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`The directory file ${path} cannot be read (${error.code}): check --directory.`);
  });
  return parseDirectory({ text: decodeExport(bytes), path, notify }, mapping);
}
