import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { zip } from '../../../infra/package/zip.ts';
import { unzip } from './unzip.ts';

const entry = (name: string, content: string | Buffer) => ({ name, content: Buffer.from(content) });

describe('an archive', () => {
  test('holds the files that were put in, sorted by name', () => {
    const noise = randomBytes(100_000);
    expect(unzip(zip([entry('main.cjs', noise), entry('host.json', '{}'), entry('leer/æ.txt', '')]))).toEqual([
      { name: 'host.json', content: Buffer.from('{}') },
      { name: 'leer/æ.txt', content: Buffer.alloc(0) },
      { name: 'main.cjs', content: noise },
    ]);
  });

  test('is the same, byte for byte, for the same files in any order', () => {
    const files = [entry('a', 'one'), entry('b', 'two'.repeat(1000)), entry('c', '')];
    expect(zip(files.toReversed())).toEqual(zip(files));
  });

  test('is smaller than text that repeats itself', () => {
    expect(zip([entry('a', 'x'.repeat(1_000_000))]).length).toBeLessThan(2_000);
  });

  test('of nothing is an empty one', () => {
    expect(unzip(zip([]))).toEqual([]);
  });
});
