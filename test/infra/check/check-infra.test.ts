import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkInfra } from '../../../infra/commands/check-infra.ts';

const INFRA = join(import.meta.dirname, '../../../infra');
const folder = mkdtempSync(join(tmpdir(), 'check-infra-'));

beforeAll(() => cpSync(join(INFRA, 'main.bicep'), join(folder, 'main.bicep')));
afterAll(() => rmSync(folder, { recursive: true }));

/** Makes a program that answers like the Bicep CLI if everything is right, except for the answers in `otherwise`, which are lines of a shell's case. */
function bicepThat(otherwise: string): string {
  const program = join(folder, 'bicep');
  writeFileSync(program, `#!/bin/sh\ncase "$1" in\n${otherwise}\nformat) cat "$2";;\nesac\n`);
  chmodSync(program, 0o755);
  return program;
}

async function run(environment: Record<string, string>, ...args: readonly string[]) {
  const written = { output: '', errors: '' };
  const code = await checkInfra(args, {
    environment,
    folder,
    output: { write: (text: string) => (written.output += text) },
    errors: { write: (text: string) => (written.errors += text) },
  });
  return { code, ...written };
}

describe('npm run check:infra', () => {
  test('says how to get the Bicep CLI if there is none', async () => {
    const { code, output, errors } = await run({ PATH: '' });
    expect([code, output]).toEqual([1, '']);
    expect(errors).toMatch(/^There is no Bicep CLI on the PATH: install it .*\.\n$/);
  });

  test('finds the CLI on the PATH', async () => {
    bicepThat('');
    expect(await run({ PATH: `/nowhere:${folder}` })).toMatchObject({ code: 0, errors: '' });
  });

  test('names a BICEP that does not run', async () => {
    expect(await run({ BICEP: '/nowhere/bicep' })).toMatchObject({
      code: 1,
      errors: expect.stringContaining('/nowhere/bicep'),
    });
  });

  test('fails on a warning, although the exit code of the CLI is 0, and skips the next round', async () => {
    const { code, output } = await run({ BICEP: bicepThat('lint) echo "main.bicep(1,1) : Warning BCP037" >&2;;') });
    expect(code).toBe(1);
    expect(output).toContain('failed  lint\nmain.bicep(1,1) : Warning BCP037\n');
    expect(output).not.toContain('snapshot');
  });

  test('does not fail when an API version becomes outdated', async () => {
    const advice = 'lint) echo "main.bicep(1,1) : Warning use-recent-api-versions: Use more recent API version" >&2;;';
    expect(await run({ BICEP: bicepThat(advice) })).toMatchObject({ code: 0 });
  });

  test('fails on a file that is not formatted', async () => {
    const { code, output } = await run({ BICEP: bicepThat('format) echo other;;') });
    expect([code, output]).toEqual([1, expect.stringContaining('infra/main.bicep is not formatted')]);
  });

  test('fails on a snapshot that is not current, and says how to write it', async () => {
    const { code, output } = await run({ BICEP: bicepThat('snapshot) echo "~ sku"; exit 1;;') });
    expect([code, output]).toEqual([1, expect.stringMatching(/~ sku[\s\S]*npm run check:infra -- --update/)]);
  });

  test('refuses an unknown option', async () => {
    expect(await run({ BICEP: bicepThat('') }, '--fix')).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/^Unknown option '--fix'\.\nUsage: npm run check:infra -- \[--update\]\n/),
    });
  });
});
