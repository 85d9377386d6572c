import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readArguments } from '../../../infra/provision/arguments.ts';
import { token } from './run-provision.ts';

const url = 'http://localhost:7071/advisors/scim';
const needed = ['--url', url, '--token', token, '--directory', 'users.json'];

describe('readArguments', () => {
  test('keeps the state beside others, named for host, service and tenant', () => {
    expect(readArguments(needed)).toMatchObject({
      tenantUrl: { base: url, query: '' },
      dialect: 'scim',
      state: expect.stringMatching(/^\.provision[\\/]localhost-7071-advisors-[0-9a-f]{12}\.json$/),
    });
  });

  test('names the state alike for another token of the tenant, and otherwise for another tenant', () => {
    const stateFor = (value: string) => readArguments([...needed, '--token', value]);
    const own = readArguments(needed);
    expect(stateFor('contoso.renewed')).toMatchObject({ state: own === 'help' ? '' : own.state });
    expect(stateFor('fabrikam.secret')).not.toMatchObject({ state: own === 'help' ? '' : own.state });
  });

  test('reads the dialect off a Tenant URL with the flag', () => {
    expect(readArguments(['--url', `${url}/?aadOptscim062020`, ...needed.slice(2)])).toMatchObject({
      tenantUrl: { base: url, query: 'aadOptscim062020' },
      dialect: 'flagged',
    });
  });

  test.each([
    [needed.slice(2), '--url <Tenant URL> is missing.'],
    [needed.slice(0, 4), '--directory <file.json> is missing.'],
    [[...needed, '--token', ''], '--token <Secret Token> is missing.'],
    [[...needed, '--token', 'two words'], '--token has to be the Secret Token as it was handed out'],
    [[...needed, '--url', 'localhost/scim'], '--url has to be a Tenant URL'],
    [[...needed, '--url', 'http://api.example.com/rooms/scim'], '--url has to begin with https'],
    [[...needed, '--dialect', 'xml'], '--dialect has to be one of scim, flagged, legacy.'],
    [[...needed, '--tokn', 'x'], "Unknown option '--tokn'.\nUsage: npm run provision --"],
    [[...needed, '--state', '--help'], "Option '--state' argument is ambiguous.\nUsage: npm run provision --"],
    [[...needed, '--state'], "Option '--state <value>' argument missing.\nUsage: npm run provision --"],
  ])('says what is wrong with the arguments (%#)', (argv, sentence) => {
    expect(() => readArguments(argv)).toThrow(sentence);
  });

  test('does not repeat a token that stands where no value belongs', () => {
    expect(() => readArguments([...needed, 'contoso.misplaced'])).toThrow(
      /^There is a value without an option before it(?![\s\S]*misplaced)/,
    );
  });
});

test('the command ends with a sentence and exit code 1, without a stack', () => {
  const command = join(import.meta.dirname, '../../../infra/commands/provision.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [command], { encoding: 'utf8' });
  expect(stderr).toMatch(/^--token <Secret Token> is missing\.\nUsage: npm run provision -- --url/);
  expect(stderr).not.toContain('    at ');
  expect(stdout).toBe('');
  expect(status).toBe(1);
});
