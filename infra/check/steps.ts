import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EnvironmentName, environments } from '../deploy/az.ts';
import type { Bicep, BicepResult } from './bicep.ts';

/** One check. `run` resolves to the problem as text, which is empty if the check passes. */
export interface Step {
  readonly title: string;
  readonly run: () => Promise<string>;
}

/** The Bicep CLI, the folder with main.bicep, and whether to write the snapshots instead of comparing them. */
export interface Check {
  readonly bicep: Bicep;
  readonly folder: string;
  readonly update: boolean;
}

/** The tenant, subscription and location for the snapshots. They are made up, and the same on every machine, because resource names are derived from them. */
const PLACE = [
  ['--tenant-id', '11111111-1111-1111-1111-111111111111'],
  ['--subscription-id', '00000000-0000-0000-0000-000000000000'],
  ['--location', 'northeurope'],
].flat();

const STALE =
  'The snapshot does not match the files. If the change is intended, run npm run check:infra -- --update, then npm run fix, and commit the snapshot.';

/** The checks of `npm run check:infra`, in rounds. A snapshot compiles all files, so after a failed round the next one would only repeat its problems. */
export function roundsOf(check: Check): readonly (readonly Step[])[] {
  const { bicep, folder, update } = check;
  const files = globSync('**/*.{bicep,bicepparam}', { cwd: folder }).toSorted();
  const formats = files.map((file) => ({ title: `format ${file}`, run: () => checkFormat(check, file) }));
  const lint = { title: 'lint', run: async () => diagnostics(await bicep('lint', '--pattern', '**/*.bicep')) };
  const snapshots = environments.map((environment) => ({
    title: `${update ? 'write' : 'compare'} the snapshot of ${environment}`,
    run: () => checkSnapshot(check, environment),
  }));
  return [[...formats, lint], snapshots];
}

async function checkFormat({ bicep, folder }: Check, file: string): Promise<string> {
  const result = await bicep('format', file, '--stdout');
  if (!result.succeeded) return diagnostics(result);
  if (result.output === readFileSync(join(folder, file), 'utf8')) return '';
  return `infra/${file} is not formatted: run bicep format on it.`;
}

async function checkSnapshot({ bicep, folder, update }: Check, environment: EnvironmentName): Promise<string> {
  const [file, resourceGroup] = [`${environment}.bicepparam`, `rg-bookme-scim-${environment}`];
  const mode = update ? 'overwrite' : 'validate';
  const result = await bicep('snapshot', file, '--mode', mode, ...PLACE, '--resource-group', resourceGroup);
  if (result.succeeded && update) sortOutputs(join(folder, file.replace('.bicepparam', '.snapshot.json')));
  if (result.succeeded) return diagnostics(result);
  return [result.errors, result.output.trim(), ...(update ? [] : [STALE])].join('\n');
}

/** Sorts the outputs in a snapshot, because the CLI writes them in a different order each time. */
function sortOutputs(file: string): void {
  const snapshot: { outputs: Record<string, unknown> } = JSON.parse(readFileSync(file, 'utf8'));
  const outputs = Object.fromEntries(Object.entries(snapshot.outputs).sort(([one], [other]) => (one < other ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify({ ...snapshot, outputs }, undefined, 2)}\n`);
}

/**
 * The diagnostics of a run. Warnings count too, although the exit code is 0. The advice to use a newer API version does not count, because it appears on a
 * certain date and not with a change of the files.
 */
function diagnostics({ succeeded, output, errors }: BicepResult): string {
  const serious = errors.split('\n').filter((line) => !line.includes('Warning use-recent-api-versions'));
  return serious.join('\n').trim() || (succeeded ? '' : output || 'It failed.');
}
