import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readPage } from './markdown.ts';

const snapshot = readFileSync(join(import.meta.dirname, '../../infra/production.snapshot.json'), 'utf8');
const named = [...snapshot.matchAll(/docs\/operations\.md#([a-z0-9-]+)/g)].map(([, name]) => name);
const sections = [...readPage('docs/operations.md').matchAll(/^### (.+)$/gm)].map(([, name]) => name);

test('every alert has a section on the operations page, and every section there is about an alert', () => {
  expect(named.length).toBeGreaterThan(10);
  expect(new Set(sections)).toEqual(new Set(named));
});
