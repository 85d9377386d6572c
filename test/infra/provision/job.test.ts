import { describe, expect, test } from '@jest/globals';
import { jobOf } from '../../../infra/provision/connector.ts';
import { token } from './run-provision.ts';

const url = 'http://localhost:7071/advisors/scim';
const settings = { url, token, directory: 'users.json', dialect: undefined, state: undefined };

describe('a job', () => {
  test('keeps its state in a file that is named after host, service and tenant', () => {
    expect(jobOf(settings)).toMatchObject({
      tenantUrl: { base: url, query: '' },
      dialect: 'scim',
      state: expect.stringMatching(/^\.provision[\\/]localhost-7071-advisors-[0-9a-f]{12}\.json$/),
    });
  });

  test('has the same state file for another token of the tenant, and a different one for another tenant', () => {
    const stateFor = (value: string) => jobOf({ ...settings, token: value }).state;
    expect(stateFor('contoso.renewed')).toBe(stateFor(token));
    expect(stateFor('fabrikam.secret')).not.toBe(stateFor(token));
  });

  test('takes the dialect from the flag in the Tenant URL', () => {
    expect(jobOf({ ...settings, url: `${url}/?aadOptscim062020` })).toMatchObject({
      tenantUrl: { base: url, query: 'aadOptscim062020' },
      dialect: 'flagged',
    });
  });
});
