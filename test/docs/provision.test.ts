import { describe, expect, test } from '@jest/globals';
import { defaultMapping } from '../../infra/provision/default-mapping.ts';
import { directoryFieldsOf, mapping } from '../../infra/provision/mapping.ts';
import { readPage } from './markdown.ts';

const page = readPage('docs/provision.md');
const blocks = [...page.matchAll(/^```(bash|powershell)\n([\s\S]*?)^```$/gm)].map(([, , code = '']) => code);

describe('docs/provision.md', () => {
  test('selects exactly the fields that the mapping reads, in each export command', () => {
    const needed = [...new Set(['id', 'userPrincipalName', ...directoryFieldsOf(mapping), 'accountEnabled'])];
    expect(blocks).toHaveLength(2);
    for (const code of blocks) {
      const [, fields = ''] = /fields ?= ?'?([\w,]+)/.exec(code) ?? [];
      expect(fields.split(',').toSorted()).toEqual(needed.toSorted());
      expect(code).toContain('select=$fields,deletedDateTime');
      expect(code).toContain('@odata.nextLink');
    }
  });

  test('names every other field that the default mapping reads', () => {
    const besides = directoryFieldsOf(defaultMapping).filter((field) => !directoryFieldsOf(mapping).includes(field));
    expect(besides.length).toBeGreaterThan(10);
    for (const field of besides) expect(page).toContain(`\`${field}\``);
  });
});
