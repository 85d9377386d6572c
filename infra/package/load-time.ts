import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const LOADER = join(import.meta.dirname, 'loading.ts');
const ROUNDS = 7;

/** Settings of a deployed service, with which it can be loaded; what they name does not exist, and nothing is asked of it. */
const SETTINGS = {
  SCIM_PUBLIC_URL: 'https://scim.example',
  SCIM_TABLES: 'https://scim.example',
  SCIM_KEY_VAULT_URI: 'https://scim.example',
};

/** Loads each of the apps some times, in turn and each time in a fresh process. Returns their medians in milliseconds. */
export async function measureLoading(entries: readonly string[]): Promise<readonly number[]> {
  const times: number[][] = entries.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [at, entry] of entries.entries()) times[at]?.push(await load(entry));
  return times.map(median);
}

async function load(entry: string): Promise<number> {
  const { PATH = '', SystemRoot = '' } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [LOADER, entry], {
    env: { PATH, SystemRoot, ...SETTINGS },
  });
  return Number(stdout);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
