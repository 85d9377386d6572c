import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import type { Release } from '../deploy/release.ts';
import { appFiles, build, builtCommit, completeAppFolder } from './build.ts';

/** The earliest date of the ZIP format. It is fixed, so that the same files always make the same archive. */
const DATE = new Date(1980, 0, 1);
/** The Unix permissions of a regular file that its owner can write and everyone can read. */
const PERMISSIONS = { os: 3, attrs: 0o100644 * 0x10000 };

/** Packs a built app into the archive that is uploaded to Azure. */
export function pack(folder: string, archive: string): void {
  const files: Zippable = {};
  for (const name of appFiles) files[name] = [readFileSync(join(folder, name)), { mtime: DATE, ...PERMISSIONS }];
  writeFileSync(archive, zipSync(files, { level: 9 }));
}

/** Builds the project's app into dist and packs it into package.zip, both in the working folder. */
export async function packApp(archive = 'package.zip'): Promise<Release> {
  await build();
  completeAppFolder('dist');
  pack('dist', archive);
  return { archive, commit: builtCommit() };
}

/** npm run package */
async function main(): Promise<void> {
  const { archive, commit } = await packApp();
  console.log(`${archive}: ${(statSync(archive).size / 1000).toFixed(0)} kB, built from ${commit}`);
}

if (import.meta.main) void main();
