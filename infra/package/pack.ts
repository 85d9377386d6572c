import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appFiles, completeAppFolder } from './app-folder.ts';
import { build } from './build.ts';
import { zip } from './zip.ts';

/** Packs a built app into one archive, which is what is uploaded to Azure. Returns its size in bytes. */
export function pack(folder: string, archive: string): number {
  const bytes = zip(appFiles.map((name) => ({ name, content: readFileSync(join(folder, name)) })));
  writeFileSync(archive, bytes);
  return bytes.length;
}

/** Builds the project's app into dist and packs it. Returns the archive, package.zip in the working folder. */
export async function packApp(): Promise<string> {
  await build();
  completeAppFolder('dist');
  pack('dist', 'package.zip');
  return 'package.zip';
}
