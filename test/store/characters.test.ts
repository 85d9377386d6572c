import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, clientOf, patchOp, user } from '../service/client.ts';
import { type RunningService, startService } from '../service/service.ts';

let service: RunningService;
let call: Client;
beforeAll(async () => {
  service = await startService();
  call = clientOf(service, 'advisors', service.newTenant());
});
afterAll(() => service.stop());

/** Every character of Unicode's first plane except U+0000 and surrogates, and some beyond it, with 2,000 in each text. */
const texts = Array.from({ length: 33 }, (_, at) =>
  Array.from({ length: 2000 }, (_, offset) => at * 2000 + offset)
    .filter((code) => code > 0 && code <= 0xffff && (code < 0xd800 || code > 0xdfff))
    .map((code) => String.fromCodePoint(code))
    .join(''),
).concat('😀🧑‍💼\u{1d11e}\u{10ffff}');

test('every character is stored and returned unchanged, by a create and by a change', async () => {
  const lost: string[] = [];
  for (const [at, text] of texts.entries()) {
    const { status, body } = await call('POST', '/Users', user({ userName: `user-${at}`, displayName: text }));
    if (status !== 201 || body['displayName'] !== text) lost.push(`created ${at}: ${status}`);
    const changed = `${[...text].slice(1).join('')}!`;
    const rename = { op: 'replace', value: { displayName: changed, userName: `renamed-${at}` } };
    const patched = await call('PATCH', `/Users/${body['id']}`, patchOp(rename));
    const read = await call('GET', `/Users/${body['id']}`);
    if (patched.status !== 200 || read.body['displayName'] !== changed) lost.push(`changed ${at}: ${patched.status}`);
  }
  expect(lost).toEqual([]);
});

test.each(['\u2028', '\u2029', '\u0085', '\ufeff', '\r\n--batch_x\r\n', '\r\n\r\n'])(
  '%j survives in a userName too',
  async (text) => {
    const userName = `a${text}b`;
    const { status, body } = await call('POST', '/Users', user({ userName }));
    expect([status, body['userName']]).toEqual([201, userName]);
    const found = await call('GET', `/Users?filter=${encodeURIComponent(`userName eq ${JSON.stringify(userName)}`)}`);
    expect(found.body['totalResults']).toBe(1);
  },
);
