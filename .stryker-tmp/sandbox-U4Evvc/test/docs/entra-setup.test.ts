// @ts-nocheck
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { project, readPage, tableBelow } from './markdown.ts';

const page = readPage('docs/entra-setup.md');
const source = globSync('shared/**/*.ts', { cwd: project })
  .map((file) => readFileSync(join(project, file), 'utf8'))
  .join('\n');

const sentences = tableBelow(page, 'Errors and what to do').flatMap(({ status = '', sentence = '' }) =>
  sentence === '(none)' ? [] : [[status, sentence] as const],
);

test.each(sentences)('the guide quotes what the service says with a %s: %s', (_status, sentence) => {
  expect(source).toContain(sentence.replace(/ (userName|externalId)\.$/, '')); // the attribute is filled in
});

test('the guide quotes the whole answer to a group', () => {
  const [, quotation = ''] = /^> (.*)$/m.exec(page) ?? [];
  expect(source).toContain(`'${quotation}'`);
});
