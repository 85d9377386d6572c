import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openWorkplace, type Workplace } from './run-provision.ts';
import { anna, bo } from './sample-users.ts';
import { emptyList } from './scim-recorder.ts';

let workplace: Workplace;
beforeEach(async () => {
  workplace = await openWorkplace();
});
afterEach(() => workplace.remove());

describe('--mapping default', () => {
  const nicknamed = [
    { ...anna, mailNickname: 'anna', manager: { id: bo.id } },
    { ...bo, mailNickname: 'bo', manager: { id: 'nobody we know' } },
  ];
  const MANAGER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager';

  /** A service that stores the users that it creates, with its own ids. */
  async function serveDirectory() {
    const kept = new Map<string, { readonly [name: string]: unknown }>();
    const service = await workplace.serve(({ method, target, body }) => {
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
    const { url, lines, requests } = await serveDirectory();
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
    const { url, requests } = await serveDirectory();
    await workplace.run(url, nicknamed, '--mapping', 'default', '--dialect', 'flagged');
    expect(requests.at(-1)?.body).toMatchObject({ Operations: [{ op: 'add', path: MANAGER, value: 'id-of-bo' }] });
  });

  test('names a user whose manager is refused', async () => {
    const { url } = await workplace.serve(({ method, body, target }) => {
      if (method === 'PATCH') return { status: 400, body: { detail: 'No managers.' } };
      if (method === 'POST') return { status: 201, body: { id: (body as { externalId: string }).externalId } }; // the body that the command sent
      return target.includes('?') ? emptyList : { status: 404 };
    });
    const { code, output } = await workplace.run(url, nicknamed, '--mapping', 'default');
    expect(output).toContain(
      `  ${anna.userPrincipalName} (${anna.id})\n    PATCH /Users/anna returned 400: No managers.`,
    );
    expect(code).toBe(1);
  });

  test('is followed by a full cycle only if the next cycle uses another mapping', async () => {
    const { url, requests } = await serveDirectory();
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
    expect({ code, errors }).toEqual({ code: 1, errors: '--mapping must be guide or default.\n' });
  });
});
