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

test.each(sentences)('the guide quotes a message of the service for the status %s: %s', (_status, sentence) => {
  expect(source).toContain(sentence.replace(/ (userName|externalId)\.$/, '')); // the service inserts the attribute
});

test('the guide quotes the whole message that a request for groups gets', () => {
  const [, quotation = ''] = /^> (.*)$/m.exec(page) ?? [];
  expect(source).toContain(`'${quotation}'`);
});
