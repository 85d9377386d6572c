import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { appFiles } from './app-folder.ts';
import { zip } from './zip.ts';

/** Packs a built app into one archive, which is what is uploaded to Azure. Returns its size in bytes. */
export function pack(folder: string, archive: string): number {
  const bytes = zip(appFiles.map((name) => ({ name, content: readFileSync(join(folder, name)) })));
  mkdirSync(dirname(archive), { recursive: true });
  writeFileSync(archive, bytes);
  return bytes.length;
}
