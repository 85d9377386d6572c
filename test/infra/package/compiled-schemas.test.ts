import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { compiledSchemas } from '../../../infra/package/compiled-schemas.ts';
import type { JsonObject } from '../../../shared/scim/json.ts';
import { validator, valueSchemas } from '../../../shared/scim/validation.ts';
import { advisors } from '../../../shared/services/advisors.ts';
import { defineService } from '../../../shared/services/service.ts';

const folder = mkdtempSync(join(tmpdir(), 'bookme-schemas-'));
let bundled: { readonly validator: typeof validator };

beforeAll(async () => {
  const outfile = join(folder, 'validation.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../../../shared/scim/validation.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    plugins: [compiledSchemas(valueSchemas(advisors.resourceType))],
  });
  bundled = createRequire(outfile)(outfile);
});

afterAll(() => rmSync(folder, { recursive: true }));

const outcome = (check: () => void): unknown => {
  try {
    return check();
  } catch (error) {
    return String((error as Error).message);
  }
};

test.each<[string, JsonObject]>([
  ['a good resource', { userName: 'a', name: { givenName: 'b' }, addresses: [{ type: 'work', primary: true }] }],
  ['a missing attribute', { active: true }],
  ['a number for text', { userName: 5 }],
  ['a character that cannot be kept', { userName: 'a\u0000' }],
  ['a text that is too long', { userName: '😀'.repeat(32_001) }],
  ['too many elements', { userName: 'a', addresses: Array.from({ length: 101 }, () => ({ type: 'work' })) }],
  ['an object for text, deep inside', { userName: 'a', addresses: [{ formatted: {} }] }],
])('the compiled checks give the same result as ajv for %s', (_case, resource) => {
  const ours = outcome(() => bundled.validator(advisors.resourceType).resource(resource));
  expect(ours).toBe(outcome(() => validator(advisors.resourceType).resource(resource)));
});

test('a service whose schema was not compiled does not start', () => {
  const desks = defineService('desks', 'A desk', [{ name: 'number', description: 'Its number.', type: 'integer' }]);
  expect(() => bundled.validator(desks.resourceType)).toThrow('The build did not compile this schema');
});
