import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { measureLoading } from './load-time.ts';
import { packApp } from './pack.ts';
import { buildUnbundled, runtimePackages } from './unbundled.ts';

const PROJECT = join(import.meta.dirname, '../..');
const BUNDLE = join(PROJECT, 'dist/main.cjs');

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

await main();
