import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { byExternalId, byUserName, emptyService, resourceOf } from './empty-service.ts';
import { openWorkplace, runWith, token, type Workplace } from './run-provision.ts';
import { anna, bo } from './sample-users.ts';
import { emptyList, isProbe, listOf } from './scim-recorder.ts';

let workplace: Workplace;
beforeEach(async () => {
  workplace = await openWorkplace();
});
afterEach(() => workplace.remove());

describe('the initial cycle', () => {
  test('tests the connection, matches by externalId and by userName, and creates users who do not exist', async () => {
    const { url, requests, lines } = await workplace.serve(emptyService);
    const { code, output } = await workplace.run(url, [anna]);
    expect(requests.map(isProbe)).toEqual([true, false, false, false]);
    expect(lines()).toEqual([byExternalId, byUserName, 'POST /advisors/scim/Users']);
    expect(output).toMatch(/Initial cycle: 1 users in .*\n[\s\S]*created +1\n/);
    expect(code).toBe(0);
  });

  test('sends the Secret Token and the media type as Entra does, and prints no token', async () => {
    const { url, requests } = await workplace.serve(emptyService);
    const { output, errors } = await workplace.run(url, [anna]);
    for (const { headers } of requests) expect(headers.authorization).toBe(`Bearer ${token}`);
    expect(requests.at(-1)?.headers['content-type']).toBe('application/scim+json; charset=utf-8');
    expect(output + errors + (await readFile(workplace.state, 'utf8'))).not.toContain('secret-secret');
  });

  test('sends only the differences for an existing user', async () => {
    const { url, requests, lines } = await workplace.serve(({ method }) =>
      method === 'GET' ? listOf({ ...resourceOf(anna), displayName: 'Anna' }) : { status: 204 },
    );
    const { code, output } = await workplace.run(url, [anna]);
    expect(lines()).toEqual([byExternalId, 'PATCH /advisors/scim/Users/id-1']);
    expect(requests.at(-1)?.body).toMatchObject({
      Operations: [{ op: 'Replace', path: 'displayName', value: 'Anna Ø' }],
    });
    expect(output).toMatch(/updated +1\n/);
    expect(code).toBe(0);
  });

  test('takes over the user of a person who was hired again', async () => {
    const former = { ...resourceOf(anna), externalId: 'old-object-id', active: false };
    const { url, requests, lines } = await workplace.serve(({ method, target }) => {
      if (method === 'PATCH') return { status: 204 };
      return target.includes('externalId') ? emptyList : listOf(former);
    });
    const { output } = await workplace.run(url, [anna]);
    expect(lines()).toEqual([byExternalId, byUserName, 'PATCH /advisors/scim/Users/id-1']);
    expect(requests.at(-1)?.body).toMatchObject({
      Operations: [
        { op: 'Replace', path: 'externalId', value: anna.id },
        { op: 'Replace', path: 'active', value: 'True' },
      ],
    });
    expect(output).toMatch(/restored +1\n/);
  });

  test('skips a blocked user whom the service does not have, in this cycle and in the next', async () => {
    const { url, lines } = await workplace.serve(emptyService);
    const blocked = { ...anna, accountEnabled: false };
    expect((await workplace.run(url, [blocked])).output).toMatch(/skipped +1 /);
    expect((await workplace.run(url, [blocked])).output).toMatch(/unchanged +1\n/);
    expect(lines()).toEqual([byExternalId, byUserName]);
  });

  test('fails for a user if two users of the service match', async () => {
    const { url } = await workplace.serve(() => listOf(resourceOf(anna, 'id-1'), resourceOf(anna, 'id-2')));
    const { code, output } = await workplace.run(url, [anna]);
    expect(output).toContain('matches 2 users');
    expect(code).toBe(1);
  });

  test.each(['', '?aadOptscim062020'])(
    'adds the flag once to each address in dialect flagged (Tenant URL%s)',
    async (query) => {
      const { url, requests } = await workplace.serve(emptyService);
      await workplace.run(`${url}${query}`, [anna], ...(query ? [] : ['--dialect', 'flagged']));
      expect(requests.map(({ target }) => target.replace(/filter=[^&]*/, 'filter'))).toEqual([
        '/advisors/scim/Users?filter&aadOptscim062020',
        '/advisors/scim/Users?filter&aadOptscim062020',
        '/advisors/scim/Users?filter&aadOptscim062020',
        '/advisors/scim/Users?aadOptscim062020',
      ]);
      expect(requests.at(-1)?.body).toMatchObject({ active: true });
    },
  );

  test('shows a progress bar on a terminal', async () => {
    const { url } = await workplace.serve(emptyService);
    const directory = await workplace.write(JSON.stringify({ value: [anna, { ...bo, assigned: false }] }));
    const argv = ['--url', url, '--token', token, '--directory', directory, '--state', workplace.state];
    expect((await runWith(argv, { isTTY: true })).output).toContain(`\r[${'█'.repeat(30)}] 2/2`);
    expect((await runWith(argv)).output).not.toContain('\r');
  });
});
