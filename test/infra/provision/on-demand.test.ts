import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openWorkplace, token, type Workplace } from './run-provision.ts';
import { anna, bo } from './sample-users.ts';
import { emptyList, listOf, type Recorder, startRecorder } from './scim-recorder.ts';

let workplace: Workplace;
let recorder: Recorder;

beforeEach(async () => {
  workplace = await openWorkplace();
  recorder = await startRecorder(({ method }) => {
    return method === 'POST' ? { status: 201, body: { id: 'id-1', userName: 'anna' } } : emptyList;
  });
});

afterEach(async () => {
  await recorder.close();
  await workplace.remove();
});

describe('--on-demand', () => {
  test('provisions one user in the form without the flag, and shows the requests and answers', async () => {
    const { code, output } = await workplace.run(
      recorder.url,
      [anna, bo],
      '--dialect',
      'flagged',
      '--on-demand',
      anna.id,
    );
    expect(recorder.lines()).toHaveLength(3);
    expect(recorder.requests.at(-1)?.body).toMatchObject({ externalId: anna.id, active: 'True' });
    expect(output).toContain('Test connection\n  GET http://127.0.0.1:');
    expect(output).toMatch(
      /POST http:.*\n[\s\S]*"displayName": "Anna Ø"[\s\S]*returned 201 application\/scim\+json\n[\s\S]*"id": "id-1"/,
    );
    expect(output).toMatch(/Result: created, id id-1\.\n$/);
    expect(output).not.toContain(token);
    expect(code).toBe(0);
  });

  test('shows the answer that refused the user', async () => {
    await recorder.close();
    recorder = await startRecorder(({ method }) =>
      method === 'POST' ? { status: 400, body: { scimType: 'invalidValue', detail: 'No such office.' } } : emptyList,
    );
    const { code, errors } = await workplace.run(recorder.url, [anna], '--on-demand', anna.id);
    expect(errors).toBe('POST /Users returned 400 invalidValue: No such office.\n');
    expect(code).toBe(1);
  });

  /** A service that has Anna, active or not. */
  async function serveAnna(active: boolean): Promise<void> {
    await recorder.close();
    const found = { id: 'id-1', externalId: anna.id, userName: anna.userPrincipalName, active };
    recorder = await startRecorder(({ method, target }) => {
      if (method === 'PATCH') return { status: 204 };
      return target.includes(anna.id) ? listOf(found) : emptyList;
    });
  }

  test('disables a user who is not assigned', async () => {
    await serveAnna(true);
    const { code, output } = await workplace.run(recorder.url, [{ ...anna, assigned: false }], '--on-demand', anna.id);
    expect(recorder.requests.at(-1)?.body).toMatchObject({
      Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
    });
    expect(output).toMatch(/Result: disabled, id id-1\.\n$/);
    expect(code).toBe(0);
  });

  test('skips a user who is not assigned and does not exist in the service', async () => {
    const { code, output } = await workplace.run(recorder.url, [{ ...anna, assigned: false }], '--on-demand', anna.id);
    expect(output).toMatch(/Result: skipped: the user is not assigned, and does not exist in the service\.\n$/);
    expect(code).toBe(0);
  });

  test('does not restore a disabled user', async () => {
    await serveAnna(false);
    const { code, errors } = await workplace.run(recorder.url, [anna], '--on-demand', anna.id);
    expect(errors).toContain(
      'is disabled in the service, and Entra does not restore users on demand: the next cycle restores the user.',
    );
    expect(recorder.lines().filter((line) => !line.startsWith('GET'))).toEqual([]);
    expect(code).toBe(1);
  });

  test('shows with --dry-run what it would send, and sends only queries', async () => {
    const { code, output } = await workplace.run(recorder.url, [anna], '--on-demand', anna.id, '--dry-run');
    expect(output).toMatch(
      /Would send POST \/Users\n[\s\S]*"displayName": "Anna Ø"[\s\S]*This was a dry run: neither the service nor the state was changed/,
    );
    expect(recorder.lines().filter((line) => !line.startsWith('GET'))).toEqual([]);
    expect(code).toBe(0);
    await expect(readFile(workplace.state)).rejects.toThrow('ENOENT');
  });

  test.each([
    [{ ...anna, accountEnabled: false }, 'is blocked, and Entra does not find blocked users on demand: the next cycle'],
    [{ ...anna, deletedDateTime: '2026-11-22T16:04:11Z' }, 'is in the recycle bin, and Entra does not find'],
    [bo, `has no user with the id ${anna.id}`],
  ])('sends nothing for a user whom Entra would not provision', async (user, sentence) => {
    const { code, errors } = await workplace.run(recorder.url, [user], '--on-demand', anna.id);
    expect(errors).toContain(sentence);
    expect(recorder.requests).toEqual([]);
    expect(code).toBe(1);
  });
});
