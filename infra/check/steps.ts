import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EnvironmentName, environments } from '../deploy/az.ts';
import type { Answer, Bicep } from './bicep.ts';

/** One thing that has to hold, and what is wrong where it does not: an empty text says that it holds. */
export interface Step {
  readonly title: string;
  readonly run: () => Promise<string>;
}

/** The CLI, the folder with main.bicep, and whether the snapshots are to be written instead of compared. */
export interface Check {
  readonly bicep: Bicep;
  readonly folder: string;
  readonly update: boolean;
}

/** What the snapshots are evaluated for. Nothing real, and the same on every machine, because names are made from it. */
const PLACE = [
  ['--tenant-id', '11111111-1111-1111-1111-111111111111'],
  ['--subscription-id', '00000000-0000-0000-0000-000000000000'],
  ['--location', 'northeurope'],
].flat();

const STALE =
  'The snapshot is not what the files say now. If that is meant: npm run check:infra -- --update, then npm run fix, and commit it.';

/** What `npm run check:infra` checks, in rounds: where one fails, the next would only say the same again. A snapshot compiles all that it is made of. */
export function roundsOf(check: Check): readonly (readonly Step[])[] {
  const { bicep, folder, update } = check;
  const files = globSync('**/*.{bicep,bicepparam}', { cwd: folder }).toSorted();
  const formats = files.map((file) => ({ title: `format ${file}`, run: () => checkFormat(check, file) }));
  const lint = { title: 'lint', run: async () => complaints(await bicep('lint', '--pattern', '**/*.bicep')) };
  const snapshots = environments.map((environment) => ({
    title: `${update ? 'write' : 'compare'} the snapshot of ${environment}`,
    run: () => checkSnapshot(check, environment),
  }));
  return [[...formats, lint], snapshots];
}

async function checkFormat({ bicep, folder }: Check, file: string): Promise<string> {
  const answer = await bicep('format', file, '--stdout');
  if (!answer.isWell) return complaints(answer);
  if (answer.output === readFileSync(join(folder, file), 'utf8')) return '';
  return `infra/${file} is not formatted: run bicep format on it.`;
}

async function checkSnapshot({ bicep, folder, update }: Check, environment: EnvironmentName): Promise<string> {
  const [file, resourceGroup] = [`${environment}.bicepparam`, `rg-bookme-scim-${environment}`];
  const mode = update ? 'overwrite' : 'validate';
  const answer = await bicep('snapshot', file, '--mode', mode, ...PLACE, '--resource-group', resourceGroup);
  if (answer.isWell && update) sortOutputs(join(folder, file.replace('.bicepparam', '.snapshot.json')));
  if (answer.isWell) return complaints(answer);
  return [answer.errors, answer.output.trim(), ...(update ? [] : [STALE])].join('\n');
}

/** The CLI writes the outputs in another order each time. */
function sortOutputs(file: string): void {
  const snapshot: { outputs: Record<string, unknown> } = JSON.parse(readFileSync(file, 'utf8'));
  const outputs = Object.fromEntries(Object.entries(snapshot.outputs).sort(([one], [other]) => (one < other ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify({ ...snapshot, outputs }, undefined, 2)}\n`);
}

/**
 * A warning comes with exit code 0, so any diagnostic counts, but for the advice to take a newer API version: it comes on a day of the calendar, and
 * not with a change.
 */
function complaints({ isWell, output, errors }: Answer): string {
  const serious = errors.split('\n').filter((line) => !line.includes('Warning use-recent-api-versions'));
  return serious.join('\n').trim() || (isWell ? '' : output || 'It failed.');
}
