// @ts-nocheck
import { describe, expect, test } from '@jest/globals';
import { jobOf } from '../../../infra/provision/connector.ts';
import { token } from './run-provision.ts';

const url = 'http://localhost:7071/advisors/scim';
const settings = { url, token, directory: 'users.json', dialect: undefined, state: undefined };

describe('a job', () => {
  test('keeps the state beside others, named for host, service and tenant', () => {
    expect(jobOf(settings)).toMatchObject({
      tenantUrl: { base: url, query: '' },
      dialect: 'scim',
      state: expect.stringMatching(/^\.provision[\\/]localhost-7071-advisors-[0-9a-f]{12}\.json$/),
    });
  });

  test('names the state alike for another token of the tenant, and otherwise for another tenant', () => {
    const stateFor = (value: string) => jobOf({ ...settings, token: value }).state;
    expect(stateFor('contoso.renewed')).toBe(stateFor(token));
    expect(stateFor('fabrikam.secret')).not.toBe(stateFor(token));
  });

  test('reads the dialect off a Tenant URL with the flag', () => {
    expect(jobOf({ ...settings, url: `${url}/?aadOptscim062020` })).toMatchObject({
      tenantUrl: { base: url, query: 'aadOptscim062020' },
      dialect: 'flagged',
    });
  });
});
