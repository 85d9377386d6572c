import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runWith, token } from '../provision/run-provision.ts';

const url = 'http://localhost:7071/advisors/scim';
const needed = ['--url', url, '--token', token, '--directory', 'users.json'];

describe('npm run provision', () => {
  test.each([
    [needed.slice(2), '--url <Tenant URL> is missing.\nUsage: npm run provision --'],
    [needed.slice(0, 4), '--directory <file.json> is missing.\nUsage: npm run provision --'],
    [[...needed, '--token', ''], '--token <Secret Token> is missing.\nUsage: npm run provision --'],
    [[...needed, '--token', 'two words'], '--token must be the Secret Token exactly as it was printed'],
    [[...needed, '--url', 'localhost/scim'], '--url must be a Tenant URL'],
    [[...needed, '--url', 'http://api.example.com/rooms/scim'], '--url has to start with https'],
    [[...needed, '--dialect', 'xml'], '--dialect must be one of scim, flagged, legacy.'],
    [[...needed, '--tokn', 'x'], "Unknown option '--tokn'.\nUsage: npm run provision --"],
    [[...needed, '--state', '--help'], "Option '--state' argument is ambiguous.\nUsage: npm run provision --"],
    [[...needed, '--state'], "Option '--state <value>' argument missing.\nUsage: npm run provision --"],
  ])('says what is wrong with the arguments (%#)', async (argv, sentence) => {
    const { code, output, errors } = await runWith(argv);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors.slice(0, sentence.length)).toBe(sentence);
  });

  test('reads the token from --token, or from SCIM_TOKEN if there is no --token', async () => {
    const withoutToken = ['--url', url, '--directory', 'no-such-file.json'];
    const environment = { SCIM_TOKEN: token };
    expect((await runWith(withoutToken, { environment })).errors).toContain('no-such-file.json cannot be read');
    const { errors } = await runWith([...withoutToken, '--token', 'two words'], { environment });
    expect(errors).toContain('--token must be the Secret Token');
  });

  test('does not repeat a misplaced token', async () => {
    const { errors } = await runWith([...needed, 'contoso.misplaced']);
    expect(errors).toMatch(/^The command line contains a value without an option(?![\s\S]*misplaced)/);
  });

  test('ends with a message and exit code 1, without a stack', () => {
    const command = join(import.meta.dirname, '../../../infra/commands/provision.ts');
    const { status, stdout, stderr } = spawnSync(process.execPath, [command], { encoding: 'utf8' });
    expect(stderr).toMatch(/^--url <Tenant URL> is missing\.\nUsage: npm run provision -- --url/);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });
});
