import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appFiles, build, completeAppFolder } from './build.ts';
import { measureLoading } from './load-time.ts';
import { buildUnbundled, runtimePackages } from './unbundled.ts';
import { zip } from './zip.ts';

const PROJECT = join(import.meta.dirname, '../..');
const BUNDLE = join(PROJECT, 'dist/main.cjs');

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

const kB = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;
const ms = (milliseconds: number): string => `${milliseconds.toFixed(0)} ms`;

/** Builds the app, packs it, and says what the bundle saves. */
async function main(): Promise<void> {
  process.chdir(PROJECT);
  const archive = await packApp();
  console.log(`${archive}: ${kB(statSync(archive).size)}, in it main.cjs: ${kB(statSync(BUNDLE).size)}`);
  const scratch = mkdtempSync(join(PROJECT, 'node_modules/.unbundled-')); // where it finds the packages
  try {
    const { files, bytes } = runtimePackages();
    const [bundled, unbundled] = await measureLoading([BUNDLE, await buildUnbundled(scratch)]);
    console.log(`It loads in ${ms(bundled ?? 0)}. Unbundled, the app would load in ${ms(unbundled ?? 0)}`);
    console.log(`and come with ${kB(bytes)} of packages in ${files} files.`);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

if (import.meta.main) void main();
