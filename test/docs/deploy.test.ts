import { expect, test } from '@jest/globals';
import { usage } from '../../infra/commands/deploy.ts';
import { readPage, tableBelow } from './markdown.ts';

const page = readPage('docs/deploy.md');
const template = readPage('infra/main.bicep');

test('the page has every option of npm run deploy', () => {
  const documented = tableBelow(page, 'Deploying').flatMap(({ option = '' }) => option.split(', '));
  expect(documented.toSorted()).toEqual([...new Set(usage.match(/--[a-z][a-z-]+/g))].sort());
});

test('the parameters in the table of the page are those of infra/main.bicep', () => {
  const documented = tableBelow(page, 'Parameters').flatMap(({ parameter = '' }) => parameter.split(', '));
  expect(documented.length).toBeGreaterThan(5);
  expect(documented.filter((name) => !template.includes(`\nparam ${name} `))).toEqual([]);
});

test('every output that the deployment reads is in infra/main.bicep', () => {
  const read = readPage('infra/deploy/deployed.ts').matchAll(/read\('(\w+)'\)/g);
  const missing = [...read].map(([, name]) => name).filter((name) => !template.includes(`\noutput ${name} `));
  expect(missing).toEqual([]);
});
