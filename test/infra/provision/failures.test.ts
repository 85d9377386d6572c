import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { emptyService, resourceOf } from './empty-service.ts';
import { openWorkplace, type Workplace } from './run-provision.ts';
import { anna, bo } from './sample-users.ts';
import { type Canned, emptyList, listOf, startRecorder } from './scim-recorder.ts';

let workplace: Workplace;
beforeEach(async () => {
  workplace = await openWorkplace();
});
afterEach(() => workplace.remove());

describe('failures', () => {
  test('are listed with the user, the request and the SCIM detail, and the other users are provisioned', async () => {
    const conflict = { status: 409, body: { scimType: 'uniqueness', detail: 'userName is taken.' } };
    const { url } = await workplace.serve((request) =>
      JSON.stringify(request.body)?.includes(anna.id) ? conflict : emptyService(request),
    );
    const { code, output } = await workplace.run(url, [anna, bo]);
    expect(output).toMatch(/created +1\n[\s\S]*failed +1\n/);
    expect(output).toContain(
      `  ${anna.userPrincipalName} (${anna.id})\n    POST /Users returned 409 uniqueness: userName is taken.`,
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
    const { url } = await workplace.serve(({ method, target, body }) => {
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
      /failed +23\n\nFailed:\n {2}22 users: PATCH \/Users\/\{id\} returned 403: The brake holds\.\n/,
    );
    expect(output.match(/^ {4}u\d+@contoso\.com \(id-\d+\)$/gm)).toHaveLength(20);
    expect(output).toContain('    and 2 more\n  u7@contoso.com (id-7)\n    PATCH /Users/of-id-7 returned 400: No.\n');
  });

  test.each<[string, Canned, RegExp]>([
    [
      'a token that is not accepted',
      { status: 401, body: { detail: 'Unknown token.' } },
      /does not accept the token: check --token.* The service returned 401: Unknown token\.$/m,
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
      /returned text\/html, not a SCIM list: check --url/,
    ],
    ['a filter that is not understood', listOf(resourceOf(anna)), /does not apply the filter/],
    ['a broken service', { status: 500, body: 'Oops' }, /It returned 500, text\/html without a detail/],
  ])('end the command with a message: %s', async (_, answer, sentence) => {
    const { url } = await workplace.serveAll(() => answer);
    const { code, errors, output } = await workplace.run(url, [anna]);
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
    const { url } = await workplace.serve((request) =>
      JSON.stringify(request.body)?.includes(bo.id) ? { status: 401 } : emptyService(request),
    );
    const { code, errors } = await workplace.run(url, [anna, bo]);
    expect(errors).toContain('does not accept the token');
    expect(code).toBe(1);
    expect(await readFile(workplace.state, 'utf8')).toContain(anna.id);
  });
});
