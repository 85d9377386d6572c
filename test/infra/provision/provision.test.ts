import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DirectoryUser } from '../../../infra/provision/mapping.ts';
import { openWorkplace, runWith, token, type Workplace } from './run-provision.ts';
import { anna, bo } from './sample-users.ts';
import {
  type Canned,
  emptyList,
  isProbe,
  listOf,
  type Recorded,
  type Recorder,
  startRecorder,
} from './scim-recorder.ts';

let workplace: Workplace;
let recorder: Recorder | undefined;

beforeEach(async () => {
  workplace = await openWorkplace();
});

afterEach(async () => {
  await recorder?.close();
  recorder = undefined;
  await workplace.remove();
});

/** A service that answers the connection test itself, and all other requests with `answer`. */
async function serve(answer: (request: Recorded) => Canned): Promise<Recorder> {
  recorder = await startRecorder((request) => (isProbe(request) ? emptyList : answer(request)));
  return recorder;
}

const resourceOf = (user: DirectoryUser, id = 'id-1') => ({
  id,
  externalId: user.id,
  userName: user.userPrincipalName,
  active: true,
  displayName: user.displayName,
  name: { givenName: user.givenName, familyName: user.surname },
  addresses: [{ type: 'work', formatted: user.officeLocation }],
});

/** Answers for a service that matches no user, creates every user with the id `id-1`, and then returns every user with that id. */
const emptyService = ({ method, target }: Recorded): Canned => {
  if (target.includes('?filter=')) return emptyList;
  if (method === 'DELETE') return { status: 204 };
  return { status: method === 'POST' ? 201 : 200, body: resourceOf(anna) };
};

const byExternalId = `GET /advisors/scim/Users?filter=externalId+eq+%22${anna.id}%22`;
const byUserName = 'GET /advisors/scim/Users?filter=userName+eq+%22anna.o%27brien%2Bvip%40contoso.com%22';

describe('the initial cycle', () => {
  test('tests the connection, matches by externalId and by userName, and creates users who do not exist', async () => {
    const { url, requests, lines } = await serve(emptyService);
    const { code, output } = await workplace.run(url, [anna]);
    expect(requests.map(isProbe)).toEqual([true, false, false, false]);
    expect(lines()).toEqual([byExternalId, byUserName, 'POST /advisors/scim/Users']);
    expect(output).toMatch(/Initial cycle: 1 users in .*\n[\s\S]*created +1\n/);
    expect(code).toBe(0);
  });

  test('sends the Secret Token and the media type as Entra does, and prints no token', async () => {
    const { url, requests } = await serve(emptyService);
    const { output, errors } = await workplace.run(url, [anna]);
    for (const { headers } of requests) expect(headers.authorization).toBe(`Bearer ${token}`);
    expect(requests.at(-1)?.headers['content-type']).toBe('application/scim+json; charset=utf-8');
    expect(output + errors + (await readFile(workplace.state, 'utf8'))).not.toContain('secret-secret');
  });

  test('sends only the differences for an existing user', async () => {
    const { url, requests, lines } = await serve(({ method }) =>
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
    const { url, requests, lines } = await serve(({ method, target }) => {
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

  test('skips a blocked user whom the service does not have, also in the next cycle', async () => {
    const { url, lines } = await serve(emptyService);
    const blocked = { ...anna, accountEnabled: false };
    expect((await workplace.run(url, [blocked])).output).toMatch(/skipped +1 /);
    expect((await workplace.run(url, [blocked])).output).toMatch(/unchanged +1\n/);
    expect(lines()).toEqual([byExternalId, byUserName]);
  });

  test('fails for a user if two users of the service match', async () => {
    const { url } = await serve(() => listOf(resourceOf(anna, 'id-1'), resourceOf(anna, 'id-2')));
    const { code, output } = await workplace.run(url, [anna]);
    expect(output).toContain('matches 2 users');
    expect(code).toBe(1);
  });

  test.each(['', '?aadOptscim062020'])(
    'puts the flag after the path in dialect flagged, only once (Tenant URL%s)',
    async (query) => {
      const { url, requests } = await serve(emptyService);
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
    const { url } = await serve(emptyService);
    const directory = await workplace.write(JSON.stringify({ value: [anna, { ...bo, assigned: false }] }));
    const argv = ['--url', url, '--token', token, '--directory', directory, '--state', workplace.state];
    expect((await runWith(argv, { isTTY: true })).output).toContain(`\r[${'█'.repeat(30)}] 2/2`);
    expect((await runWith(argv)).output).not.toContain('\r');
  });
});

describe('the incremental cycle', () => {
  const create = async (...users: readonly DirectoryUser[]) => {
    const service = await serve(emptyService);
    await workplace.run(service.url, users);
    const before = service.lines().length;
    return { ...service, since: () => service.lines().slice(before) };
  };
  const askFirst = 'GET /advisors/scim/Users/id-1';

  test('sends nothing for users who did not change, but checks whether one of them still exists', async () => {
    const { url, since } = await create(anna);
    const { output } = await workplace.run(url, [anna]);
    expect(since()).toEqual([askFirst]);
    expect(output).toMatch(/Incremental cycle since \d{4}-[\s\S]*unchanged +1\n/);
  });

  test('updates a changed user by the saved id', async () => {
    const { url, since, requests } = await create(anna);
    await workplace.run(url, [{ ...anna, officeLocation: null }]);
    expect(since()).toEqual([askFirst, askFirst, 'PATCH /advisors/scim/Users/id-1']);
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
    expect(since().slice(done)).toEqual([askFirst]);
  });

  test('deletes a user who is no longer in the directory, and removes the user from the state', async () => {
    const { url, since } = await create(anna);
    expect((await workplace.run(url, [], '--allow-removals')).output).toMatch(/deleted +1\n/);
    expect(since()).toEqual([askFirst, 'DELETE /advisors/scim/Users/id-1']);
    await workplace.run(url, []);
    expect(since()).toHaveLength(2);
  });

  test('matches all users again if the service no longer knows a saved id', async () => {
    let isLost = false;
    const { url, lines } = await serve((request) =>
      isLost && request.target.endsWith('/id-1')
        ? { status: 404, body: { detail: 'No such user.' } }
        : emptyService(request),
    );
    await workplace.run(url, [anna]);
    isLost = true;
    const { output } = await workplace.run(url, [anna]);
    expect(output).toContain('all users are matched again');
    expect(lines().slice(3)).toEqual([askFirst, askFirst, byExternalId, byUserName, 'POST /advisors/scim/Users']);
  });

  test('tries again for users who failed', async () => {
    let isBroken = true;
    const { url, lines } = await serve((request) =>
      isBroken && request.method === 'POST' ? { status: 500 } : emptyService(request),
    );
    expect((await workplace.run(url, [anna])).code).toBe(1);
    isBroken = false;
    expect((await workplace.run(url, [anna])).output).toMatch(/created +1\n/);
    expect(lines().filter((line) => line.startsWith('POST'))).toHaveLength(2);
  });
});

describe('an export in which more than a tenth of the known users are missing', () => {
  const staff = (count: number): readonly DirectoryUser[] =>
    Array.from({ length: count }, (_, index) => ({
      ...anna,
      id: `id-${index}`,
      userPrincipalName: `u${index}@contoso.com`,
    }));
  const isDelete = (line: string) => line.startsWith('DELETE');

  async function createStaff(count: number) {
    const { url, lines } = await serve(emptyService);
    await workplace.run(url, staff(count));
    return { url, deletions: () => lines().filter(isDelete).length };
  }

  test('is refused without a terminal to ask on', async () => {
    const { url, deletions } = await createStaff(20);
    const { code, errors } = await workplace.run(url, staff(17));
    expect(errors).toBe(
      '3 of the 20 users of the last cycle, more than a tenth, are missing from the export and would be permanently deleted.\n' +
        'Is the export complete? Nothing was changed. If these users were really deleted, use --allow-removals.\n',
    );
    expect({ code, deletions: deletions() }).toEqual({ code: 1, deletions: 0 });
    expect(await workplace.run(url, staff(17), '--allow-removals')).toMatchObject({ code: 0 });
    expect(deletions()).toBe(3);
  });

  test('is accepted without a question if it is just a tenth', async () => {
    const { url, deletions } = await createStaff(20);
    expect(await workplace.run(url, staff(18))).toMatchObject({ code: 0 });
    expect(deletions()).toBe(2);
  });

  test.each([
    ['3', 0, 3],
    ['yes', 1, 0],
    ['', 1, 0],
  ])('needs a confirmation on a terminal, where the number has to be typed: "%s"', async (typed, code, deleted) => {
    const { url, deletions } = await createStaff(20);
    const run = await workplace.runIn({ typed }, url, staff(17));
    expect(run.questions).toEqual([expect.stringMatching(/^3 of the 20 users .* Type 3 to delete them: $/)]);
    expect({ code: run.code, deleted: deletions() }).toEqual({ code, deleted });
    expect(run.errors).toMatch(
      code === 0 ? /^$/ : /^Is the export complete\? You did not type that number, so nothing was changed\./,
    );
  });
});

describe('--mapping default', () => {
  const nicknamed = [
    { ...anna, mailNickname: 'anna', manager: { id: bo.id } },
    { ...bo, mailNickname: 'bo', manager: { id: 'nobody we know' } },
  ];
  const MANAGER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager';

  /** A service that stores the users that it creates, with its own ids. */
  async function serveAll() {
    const kept = new Map<string, { readonly [name: string]: unknown }>();
    const service = await serve(({ method, target, body }) => {
      const [, id = ''] = /\/Users\/(.+)$/.exec(target) ?? [];
      if (method === 'PATCH') return { status: 204 };
      if (method === 'GET') return kept.has(id) ? { status: 200, body: kept.get(id) } : emptyList;
      const created = { ...(body as object), id: `id-of-${(body as { externalId: string }).externalId}`, active: true }; // the body that the command sent
      kept.set(created.id, created);
      return { status: 201, body: created };
    });
    return service;
  }

  test('matches only by userName, and sends managers in a separate PATCH once all users exist', async () => {
    const { url, lines, requests } = await serveAll();
    const { code, output } = await workplace.run(url, nicknamed, '--mapping', 'default');
    expect(output).toMatch(/created +2\n/);
    expect(code).toBe(0);
    expect(lines().filter((line) => line.includes('externalId'))).toEqual([]);
    expect(lines().at(-1)).toBe('PATCH /advisors/scim/Users/id-of-anna');
    expect(requests.at(-1)?.body).toMatchObject({
      Operations: [{ op: 'Add', path: MANAGER, value: [{ $ref: null, value: 'id-of-bo' }] }],
    });
  });

  test('writes the manager in the form of the flag if the Tenant URL has the flag', async () => {
    const { url, requests } = await serveAll();
    await workplace.run(url, nicknamed, '--mapping', 'default', '--dialect', 'flagged');
    expect(requests.at(-1)?.body).toMatchObject({ Operations: [{ op: 'add', path: MANAGER, value: 'id-of-bo' }] });
  });

  test('names a user whose manager is refused', async () => {
    const { url } = await serve(({ method, body, target }) => {
      if (method === 'PATCH') return { status: 400, body: { detail: 'No managers.' } };
      if (method === 'POST') return { status: 201, body: { id: (body as { externalId: string }).externalId } }; // the body that the command sent
      return target.includes('?') ? emptyList : { status: 404 };
    });
    const { code, output } = await workplace.run(url, nicknamed, '--mapping', 'default');
    expect(output).toContain(
      `  ${anna.userPrincipalName} (${anna.id})\n    PATCH /Users/anna was answered 400: No managers.`,
    );
    expect(code).toBe(1);
  });

  test('is followed by a full cycle only if the next cycle uses another mapping', async () => {
    const { url, requests } = await serveAll();
    await workplace.run(url, nicknamed, '--mapping', 'default');
    const { output } = await workplace.run(url, nicknamed);
    expect(output).toMatch(
      /The mapping has changed since the last cycle, so all users are compared again: 2 users.*\n\n[\s\S]*updated +2\n/,
    );
    expect(requests.at(-1)?.body).toMatchObject({
      Operations: [{ op: 'Replace', path: 'externalId', value: expect.stringMatching(/^0a21/) }],
    });
    expect((await workplace.run(url, nicknamed)).output).toMatch(/Incremental cycle since [\s\S]*unchanged +2\n/);
  });

  test.each(['', 'entra'])('does not accept "%s"', async (mapping) => {
    const { code, errors } = await workplace.run('http://127.0.0.1:1/scim', [anna], '--mapping', mapping);
    expect({ code, errors }).toEqual({ code: 1, errors: '--mapping has to be guide or default.\n' });
  });
});

describe('--dry-run', () => {
  test('queries the service, shows what would be sent, and changes neither the service nor the state', async () => {
    const { url, lines } = await serve(emptyService);
    const { code, output } = await workplace.run(url, [anna], '--dry-run');
    expect(lines()).toEqual([byExternalId, byUserName]);
    expect(output).toMatch(/^Would send POST \/Users\n {2}\{\n[\s\S]*"displayName": "Anna Ø"/m);
    expect(output).toMatch(/This was a dry run: neither the service nor the state was changed[\s\S]*created +1\n/);
    expect(code).toBe(0);
    await expect(readFile(workplace.state)).rejects.toThrow('ENOENT');
  });

  test('shows updates and deletions, and that the deletions would need a confirmation', async () => {
    const { url, lines } = await serve(emptyService);
    await workplace.run(url, [anna, bo]);
    const before = { sent: lines().length, state: await readFile(workplace.state, 'utf8') };
    const { code, output } = await workplace.run(url, [{ ...anna, displayName: 'Anna Holm' }], '--dry-run');
    expect(
      lines()
        .slice(before.sent)
        .filter((line) => !line.startsWith('GET')),
    ).toEqual([]);
    expect(output).toMatch(/^Would send PATCH \/Users\/id-1\n[\s\S]*"value": "Anna Holm"/m);
    expect(output).toMatch(/^Would send DELETE \/Users\/id-1\n/m);
    expect(output).toMatch(
      /^1 of the 2 users .* The command would ask for confirmation first, or need --allow-removals\.$/m,
    );
    expect(code).toBe(0);
    expect(await readFile(workplace.state, 'utf8')).toBe(before.state);
  });
});

describe('what is not in the export', () => {
  test('is reported, because it may have been forgotten', async () => {
    const { url } = await serve(emptyService);
    const { id, userPrincipalName, displayName, givenName, surname } = anna;
    const { output } = await workplace.run(url, [{ id, userPrincipalName, displayName, givenName, surname }]);
    expect(output).toMatch(
      /^No user in the export has (\w+, )*officeLocation, (\w+, )*accountEnabled \(all users count as enabled\), assigned \(all users count as assigned\)\. docs\/provision.md lists/,
    );
    expect((await workplace.run(url, [anna])).output).not.toContain('No user in the export');
  });
});

describe('a service that is busy', () => {
  test.each([
    ['as long as Retry-After says', { 'retry-after': '7' }, [7, 7]],
    ['longer each time without it', {}, [1, 2]],
  ])('gets the request again, %s', async (_, headers, pauses) => {
    let refusals = 2;
    const { url } = await serve((request) => {
      if (request.method !== 'POST' || refusals === 0) return emptyService(request);
      refusals -= 1;
      return { status: refusals ? 429 : 503, headers };
    });
    const run = await workplace.run(url, [anna]);
    expect(run.pauses).toEqual(pauses);
    expect(run.output).toMatch(/created +1\n/);
  });

  test('makes the user fail after five attempts', async () => {
    const { url, lines } = await serve((request) =>
      request.method === 'POST' ? { status: 503, body: { detail: 'Storage is out of reach.' } } : emptyService(request),
    );
    const { code, output, pauses } = await workplace.run(url, [anna]);
    expect(lines().filter((line) => line.startsWith('POST'))).toHaveLength(5);
    expect(pauses).toHaveLength(4);
    expect(output).toContain('POST /Users was answered 503: Storage is out of reach.');
    expect(code).toBe(1);
  });

  test('does not get the request again if it asks for more than a minute', async () => {
    const busy = { status: 503, headers: { 'retry-after': '3600' }, body: { detail: 'Maintenance.' } };
    recorder = await startRecorder(() => busy);
    const { code, errors, pauses } = await workplace.run(recorder.url, [anna]);
    expect(pauses).toEqual([]);
    expect(errors).toContain('cannot be provisioned. It answered 503: Maintenance.');
    expect(code).toBe(1);
  });

  test('ends the cycle after five users failed because of it', async () => {
    const { url } = await serve((request) => (request.method === 'POST' ? { status: 503 } : emptyService(request)));
    const users = Array.from({ length: 50 }, (_, index) => ({
      id: `id-${index}`,
      userPrincipalName: `user${index}@contoso.com`,
    }));
    const { code, output, errors } = await workplace.run(url, users);
    expect(errors).toMatch(/^The service stays busy\. POST \/Users was answered 503/);
    expect(Number(/failed +(\d+)/.exec(output)?.[1])).toBeLessThan(20);
    expect(code).toBe(1);
  });
});

describe('failures', () => {
  test('are listed with the user, the request and the SCIM detail, and the other users are provisioned', async () => {
    const conflict = { status: 409, body: { scimType: 'uniqueness', detail: 'userName is taken.' } };
    const { url } = await serve((request) =>
      JSON.stringify(request.body)?.includes(anna.id) ? conflict : emptyService(request),
    );
    const { code, output } = await workplace.run(url, [anna, bo]);
    expect(output).toMatch(/created +1\n[\s\S]*failed +1\n/);
    expect(output).toContain(
      `  ${anna.userPrincipalName} (${anna.id})\n    POST /Users was answered 409 uniqueness: userName is taken.`,
    );
    expect(code).toBe(1);
  });

  test('that are equal form one group with the names of the users', async () => {
    const held = { status: 403, body: { detail: 'The brake holds.' } };
    const users = Array.from({ length: 23 }, (_, index) => ({
      ...anna,
      id: `id-${index}`,
      userPrincipalName: `u${index}@contoso.com`,
    }));
    const { url } = await serve(({ method, target, body }) => {
      if (method === 'PATCH') return target.endsWith('id-7') ? { status: 400, body: { detail: 'No.' } } : held;
      if (method === 'POST') return { status: 201, body: { id: `of-${(body as { externalId: string }).externalId}` } };
      return target.includes('?filter=')
        ? emptyList
        : { status: 200, body: resourceOf(anna, target.split('/').at(-1)) };
    });
    await workplace.run(url, users);
    const { code, output } = await workplace.run(
      url,
      users.map((user) => ({ ...user, assigned: false })),
    );
    expect(code).toBe(1);
    expect(output).toMatch(
      /failed +23\n\nFailed:\n {2}22 users: PATCH \/Users\/\{id\} was answered 403: The brake holds\.\n/,
    );
    expect(output.match(/^ {4}u\d+@contoso\.com \(id-\d+\)$/gm)).toHaveLength(20);
    expect(output).toContain(
      '    and 2 more\n  u7@contoso.com (id-7)\n    PATCH /Users/of-id-7 was answered 400: No.\n',
    );
  });

  test.each<[string, Canned, RegExp]>([
    [
      'a token that is not accepted',
      { status: 401, body: { detail: 'Unknown token.' } },
      /does not accept the token: check --token.* The service answered 401: Unknown token\.$/m,
    ],
    ['a Tenant URL that leads nowhere', { status: 404 }, /There is no SCIM service at http:.*check --url/],
    [
      'a Tenant URL that leads elsewhere',
      { status: 302, headers: { location: '/login' } },
      /There is no SCIM service at/,
    ],
    [
      'a page instead of SCIM',
      { status: 200, body: '<html></html>' },
      /answered with text\/html, not with a SCIM list: check --url/,
    ],
    ['a filter that is not understood', listOf(resourceOf(anna)), /does not apply the filter/],
    ['a broken service', { status: 500, body: 'Oops' }, /It answered 500, text\/html without a detail/],
  ])('end the command with a message: %s', async (_, answer, sentence) => {
    recorder = await startRecorder(() => answer);
    const { code, errors, output } = await workplace.run(recorder.url, [anna]);
    expect(errors).toMatch(sentence);
    expect(errors.trimEnd()).not.toContain('\n');
    expect(output).toBe('');
    expect(code).toBe(1);
  });

  test('end the command if no server listens', async () => {
    const { url, close } = await startRecorder(() => emptyList);
    await close();
    const { code, errors } = await workplace.run(url, [anna]);
    expect(errors).toMatch(/^http:\/\/127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\): check --url/);
    expect(code).toBe(1);
  });

  test('keep the finished work if the token is revoked during the cycle', async () => {
    const { url } = await serve((request) =>
      JSON.stringify(request.body)?.includes(bo.id) ? { status: 401 } : emptyService(request),
    );
    const { code, errors } = await workplace.run(url, [anna, bo]);
    expect(errors).toContain('does not accept the token');
    expect(code).toBe(1);
    expect(await readFile(workplace.state, 'utf8')).toContain(anna.id);
  });
});

describe('a cycle that is stopped', () => {
  test('finishes the running requests, ends pauses, and writes the state and the summary', async () => {
    const stop = new AbortController();
    const { url, lines } = await serve((request) => {
      if (request.method !== 'POST') return emptyService(request);
      stop.abort();
      return JSON.stringify(request.body).includes(bo.id)
        ? { status: 503, headers: { 'retry-after': '50' } }
        : emptyService(request);
    });
    const users = [
      anna,
      bo,
      ...Array.from({ length: 30 }, (_, at) => ({ ...anna, id: `${at}`, userPrincipalName: `${at}` })),
    ];
    const { code, output, pauses } = await workplace.runIn({ stop: stop.signal }, url, users);
    expect({ code, pauses }).toEqual({ code: 130, pauses: [] });
    expect(output).toMatch(/created +[1-8]\n[\s\S]*The cycle was stopped; run the same command again to continue\.\n$/);
    expect(lines().filter((line) => line.startsWith('POST')).length).toBeLessThanOrEqual(8);
    expect(await readFile(workplace.state, 'utf8')).toContain('"id": "id-1"');
  });
});

describe('the state', () => {
  test('of another tenant or service is refused', async () => {
    const { url } = await serve(emptyService);
    await workplace.run(url, [anna]);
    const { code, errors } = await workplace.run(url.replace('advisors', 'rooms'), [anna]);
    expect(errors).toMatch(/belongs to another tenant or service: name another file with --state/);
    expect(code).toBe(1);
  });

  test('that is not a state file is refused', async () => {
    const path = await workplace.write('{"users": []}');
    const argv = ['--url', 'http://127.0.0.1:1/rooms/scim', '--token', token, '--directory', path, '--state', path];
    await workplace.write('{"value": []}');
    expect((await runWith(argv)).errors).toMatch(/is not a state file: delete it/);
  });
});
