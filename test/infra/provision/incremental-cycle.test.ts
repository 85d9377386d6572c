import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DirectoryUser } from '../../../infra/provision/mapping.ts';
import { byExternalId, byId, byUserName, emptyService } from './empty-service.ts';
import { openWorkplace, type Workplace } from './run-provision.ts';
import { anna } from './sample-users.ts';

let workplace: Workplace;
beforeEach(async () => {
  workplace = await openWorkplace();
});
afterEach(() => workplace.remove());

describe('the incremental cycle', () => {
  const create = async (...users: readonly DirectoryUser[]) => {
    const service = await workplace.serve(emptyService);
    await workplace.run(service.url, users);
    const before = service.lines().length;
    return { ...service, since: () => service.lines().slice(before) };
  };

  test('sends nothing for users who did not change, but checks whether one of them still exists', async () => {
    const { url, since } = await create(anna);
    const { output } = await workplace.run(url, [anna]);
    expect(since()).toEqual([byId]);
    expect(output).toMatch(/Incremental cycle since \d{4}-[\s\S]*unchanged +1\n/);
  });

  test('updates a changed user by the saved id', async () => {
    const { url, since, requests } = await create(anna);
    await workplace.run(url, [{ ...anna, officeLocation: null }]);
    expect(since()).toEqual([byId, byId, 'PATCH /advisors/scim/Users/id-1']);
    expect(requests.at(-1)?.body).toMatchObject({
      Operations: [{ op: 'Remove', path: 'addresses[type eq "work"].formatted' }],
    });
  });

  test('disables a user who is unassigned, and sends nothing when the user is deleted later', async () => {
    const { url, since, requests } = await create(anna);
    expect((await workplace.run(url, [{ ...anna, assigned: false }])).output).toMatch(/disabled +1\n/);
    expect(requests.at(-1)?.body).toMatchObject({ Operations: [{ op: 'Replace', path: 'active', value: 'False' }] });
    const done = since().length;
    await workplace.run(url, []);
    expect(since().slice(done)).toEqual([byId]);
  });

  test('deletes a user who is no longer in the directory, and removes the user from the state', async () => {
    const { url, since } = await create(anna);
    expect((await workplace.run(url, [], '--allow-removals')).output).toMatch(/deleted +1\n/);
    expect(since()).toEqual([byId, 'DELETE /advisors/scim/Users/id-1']);
    await workplace.run(url, []);
    expect(since()).toHaveLength(2);
  });

  test('matches all users again if the service no longer knows a saved id', async () => {
    let isLost = false;
    const { url, lines } = await workplace.serve((request) =>
      isLost && request.target.endsWith('/id-1')
        ? { status: 404, body: { detail: 'No such user.' } }
        : emptyService(request),
    );
    await workplace.run(url, [anna]);
    isLost = true;
    const { output } = await workplace.run(url, [anna]);
    expect(output).toContain('all users are matched again');
    expect(lines().slice(3)).toEqual([byId, byId, byExternalId, byUserName, 'POST /advisors/scim/Users']);
  });

  test('tries again for users who failed', async () => {
    let isBroken = true;
    const { url, lines } = await workplace.serve((request) =>
      isBroken && request.method === 'POST' ? { status: 500 } : emptyService(request),
    );
    expect((await workplace.run(url, [anna])).code).toBe(1);
    isBroken = false;
    expect((await workplace.run(url, [anna])).output).toMatch(/created +1\n/);
    expect(lines().filter((line) => line.startsWith('POST'))).toHaveLength(2);
  });
});
