import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { emptyService } from './empty-service.ts';
import { openWorkplace, type Workplace } from './run-provision.ts';
import { anna } from './sample-users.ts';

let workplace: Workplace;
beforeEach(async () => {
  workplace = await openWorkplace();
});
afterEach(() => workplace.remove());

describe('a service that is busy', () => {
  test.each([
    ['as long as Retry-After says', { 'retry-after': '7' }, [7, 7]],
    ['longer each time without it', {}, [1, 2]],
  ])('gets the request again, %s', async (_, headers, pauses) => {
    let refusals = 2;
    const { url } = await workplace.serve((request) => {
      if (request.method !== 'POST' || refusals === 0) return emptyService(request);
      refusals -= 1;
      return { status: refusals ? 429 : 503, headers };
    });
    const run = await workplace.run(url, [anna]);
    expect(run.pauses).toEqual(pauses);
    expect(run.output).toMatch(/created +1\n/);
  });

  test('makes the user fail after five attempts', async () => {
    const { url, lines } = await workplace.serve((request) =>
      request.method === 'POST' ? { status: 503, body: { detail: 'Storage is out of reach.' } } : emptyService(request),
    );
    const { code, output, pauses } = await workplace.run(url, [anna]);
    expect(lines().filter((line) => line.startsWith('POST'))).toHaveLength(5);
    expect(pauses).toHaveLength(4);
    expect(output).toContain('POST /Users returned 503: Storage is out of reach.');
    expect(code).toBe(1);
  });

  test('does not get the request again if it asks for more than a minute', async () => {
    const busy = { status: 503, headers: { 'retry-after': '3600' }, body: { detail: 'Maintenance.' } };
    const { url } = await workplace.serveAll(() => busy);
    const { code, errors, pauses } = await workplace.run(url, [anna]);
    expect(pauses).toEqual([]);
    expect(errors).toContain('cannot be provisioned. It returned 503: Maintenance.');
    expect(code).toBe(1);
  });

  test('ends the cycle after five users failed because of it', async () => {
    const { url } = await workplace.serve((request) =>
      request.method === 'POST' ? { status: 503 } : emptyService(request),
    );
    const users = Array.from({ length: 50 }, (_, index) => ({
      id: `id-${index}`,
      userPrincipalName: `user${index}@contoso.com`,
    }));
    const { code, output, errors } = await workplace.run(url, users);
    expect(errors).toMatch(/^The service is still busy\. POST \/Users returned 503/);
    expect(Number(/failed +(\d+)/.exec(output)?.[1])).toBeLessThan(20);
    expect(code).toBe(1);
  });
});
