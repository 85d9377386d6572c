import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { emptyService } from './empty-service.ts';
import { openWorkplace, runWith, token, type Workplace } from './run-provision.ts';
import { anna, bo } from './sample-users.ts';

let workplace: Workplace;
beforeEach(async () => {
  workplace = await openWorkplace();
});
afterEach(() => workplace.remove());

describe('a cycle that is stopped', () => {
  test('finishes the running requests, ends pauses, and writes the state and the summary', async () => {
    const stop = new AbortController();
    const { url, lines } = await workplace.serve((request) => {
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
    const { url } = await workplace.serve(emptyService);
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
