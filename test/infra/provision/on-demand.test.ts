import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openWorkplace, token, type Workplace } from './run-provision.ts';
import { anna, bo } from './sample-users.ts';
import { emptyList, type Recorder, startRecorder } from './scim-recorder.ts';

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
  test('provisions the one user in the shapes without the flag, and shows what was sent and answered', async () => {
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
      /POST http:.*\n[\s\S]*"displayName": "Anna Ø"[\s\S]*answered 201 application\/scim\+json\n[\s\S]*"id": "id-1"/,
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
    expect(errors).toBe('POST /Users was answered 400 invalidValue: No such office.\n');
    expect(code).toBe(1);
  });

  test.each([
    [{ ...anna, assigned: false }, 'is not assigned'],
    [{ ...anna, deletedDateTime: '2026-11-22T16:04:11Z' }, 'is in the recycle bin'],
    [bo, `has no user with the id ${anna.id}`],
  ])('sends nothing for a user whom Entra would not provision', async (user, sentence) => {
    const { code, errors } = await workplace.run(recorder.url, [user], '--on-demand', anna.id);
    expect(errors).toContain(sentence);
    expect(recorder.requests).toEqual([]);
    expect(code).toBe(1);
  });
});
