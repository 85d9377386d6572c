import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';

const COMPARISON = pathToFileURL(join(import.meta.dirname, '../../../shared/scim/comparison.ts')).href;

const noon = Date.UTC(2026, 0, 31, 12);

/** Texts and their instants. A text without a zone is in UTC. */
const instants: Readonly<Record<string, number | null>> = {
  '2026-01-31T12:00:00': noon,
  '2026-01-31t12:00:00': noon,
  '2026-01-31T12:00:00.000000001': noon,
  '2026-01-31T12:00:00Z': noon,
  '2026-01-31t12:00:00z': noon,
  '2026-01-31T07:00:00-05:00': noon,
  // New York has no such time of day on this day
  '2026-03-08T02:30:00': Date.UTC(2026, 2, 8, 2, 30),
  '0099-01-01T00:00:00': Date.parse('0099-01-01T00:00:00Z'),
  '2026-02-30T12:00:00': null,
  '2026-01-31': null,
};

test.each([
  ['UTC', 0],
  ['America/New_York', 300],
  ['Asia/Kathmandu', -345],
])('a date means the same instant on a machine in %s', (zone, offset) => {
  const program = `
    const { parseDateTime } = await import(${JSON.stringify(COMPARISON)});
    const instants = process.argv.slice(1).map((text) => parseDateTime(text) ?? null);
    console.log(JSON.stringify({ offset: new Date(${noon}).getTimezoneOffset(), instants }));`;
  const parameters = ['--no-warnings', '--input-type=module', '--eval', program, ...Object.keys(instants)];
  const output = execFileSync(process.execPath, parameters, { env: { ...process.env, TZ: zone }, encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual({ offset, instants: Object.values(instants) });
});
