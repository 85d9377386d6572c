import { describe, test } from '@jest/globals';
import { patchOp, user } from '../../service/client.ts';
import { attackedService, inBody, SEARCH } from './attacked-service.ts';

const { call, list, search, post, patch, check, refused } = attackedService();

describe('text that is not Unicode', () => {
  const half = '\\ud800';

  test('a lone surrogate is refused in values, keys, paths and filters', async () => {
    await refused(await post(inBody(`"displayName":"a${half}"`)), 'invalidSyntax');
    await refused(await post(inBody(`"a${half}":1`)), 'invalidSyntax');
    await refused(
      await post(`{"schemas":["${SEARCH}"],"filter":"userName eq \\"${half}\\""}`, '/Users/.search'),
      'invalidSyntax',
    );
    await refused(await search({ filter: `userName eq "${half}"` }), 'invalidFilter');
    await refused(
      await patch(patchOp({ op: 'add', path: `addresses[type eq "${half}"].formatted`, value: 'x' })),
      'invalidFilter',
    );
    await refused(await list(`filter=${encodeURIComponent(`userName eq "${half}"`)}`), 'invalidFilter');
    await check(await list('filter=userName%20eq%20%22%ED%A0%80%22'), [200]);
  });

  test('a message that quotes a request never contains half a character', async () => {
    for (let length = 35; length < 65; length += 1) {
      const text = `${'a'.repeat(length)}😀`;
      await check(await list(`filter=userName%20${encodeURIComponent(`"${text}"`)}`), [400]);
      await check(await patch(patchOp({ op: text, path: 'active', value: true })), [400]);
    }
    for (let length = 190; length < 205; length += 1)
      await check(await list(`sortBy=${'a'.repeat(length)}${encodeURIComponent('😀')}`), [400]);
  });

  test('NUL is refused in values that would be stored, and matches nothing in a filter', async () => {
    await refused(await post(inBody('"displayName":"a\\u0000"')), 'invalidValue');
    await refused(await patch(patchOp({ op: 'add', path: 'name.givenName', value: '\0' })), 'invalidValue');
    await refused(
      await patch(patchOp({ op: 'add', path: 'addresses', value: [{ formatted: 'a\0' }] })),
      'invalidValue',
    );
    await check(await search({ filter: 'userName eq "a\\u0000"' }), [200]);
    await refused(await search({ filter: 'userName eq "a\0"' }), 'invalidFilter');
    await check(await post(inBody('"a\\u0000":1').replace('"bob"', '"nul"')), [201]);
  });

  test('bytes that are not UTF-8 are refused, and so is a byte order mark', async () => {
    const json = Buffer.from(JSON.stringify(user({ userName: 'X' })));
    for (const bytes of [[0xff], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf5, 0x80, 0x80, 0x80]]) {
      const at = json.indexOf('X');
      const body = Buffer.concat([json.subarray(0, at), Buffer.from(bytes), json.subarray(at)]);
      await refused(await call({ method: 'POST', body }), 'invalidSyntax');
    }
    await refused(
      await call({ method: 'POST', body: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), json]) }),
      'invalidSyntax',
    );
  });

  test.each([
    '',
    ' ',
    'null',
    '[]',
    '"text"',
    '1',
    'true',
    '{',
    '{}}',
    "{'a':1}",
    '{"a":1,}',
    'NaN',
    '// x',
    '\ufeff',
    '<xml/>',
  ])('the body %j is refused', async (body) => {
    for (const path of ['/Users', '/Users/.search', '/.search']) await refused(await post(body, path), 'invalidSyntax');
    await refused(await patch(body), 'invalidSyntax');
  });
});

describe('numbers', () => {
  test('are refused in values and filters if they are too large', async () => {
    for (const number of ['1e999', '-1e999', '9'.repeat(10_000), '0.'.padEnd(10_000, '1'), '1e-999']) {
      await refused(await post(inBody(`"displayName":${number}`)), 'invalidValue');
      await refused(await post(inBody(`"active":${number}`)), 'invalidValue');
      await refused(
        await list(`filter=${encodeURIComponent(`userName eq ${number.slice(0, 5000)}`)}`),
        'invalidFilter',
      );
      await check(await post(`{"schemas":["${SEARCH}"],"count":${number}}`, '/Users/.search'), [200, 400]);
      await check(await post(inBody(`"unkept":${number}`).replace('"bob"', `"n${Math.random()}"`)), [201]);
    }
  });

  test.each(['1e3', '0x10', '-', 'NaN', 'Infinity', '1.0', '١', '1%00', '1,2'])(
    '%s is refused where a query needs a whole number',
    async (text) => {
      await refused(await list(`startIndex=${encodeURI(text)}`), 'invalidValue');
      await refused(await list(`count=${encodeURI(text)}`), 'invalidValue');
    },
  );

  test('are harmless in a query if they are whole, however large', async () => {
    await check(await list('startIndex=999999999999999&count=999999999999999'), [200]);
    await check(await list('startIndex=-999999999999999&count=-999999999999999'), [200]);
  });
});
