import { describe, expect, test } from '@jest/globals';
import { patchOp, user } from '../../service/client.ts';
import { attackedService } from './attacked-service.ts';

const { userPath, token, call, list, check, refused } = attackedService();

describe('headers and parameters', () => {
  const odd = [
    '',
    '*',
    ',',
    ',,,',
    '""',
    'W/',
    'W/""',
    '"',
    'W/"a","b"',
    '\u00e9',
    'x'.repeat(20_000),
    '"a",'.repeat(5000),
  ];

  test.each(odd)('If-Match %.20j is compared with the version and has no other effect', async (value) => {
    const statuses = value === '*' ? [200] : [412];
    const body = JSON.stringify(patchOp({ op: 'replace', path: 'displayName', value: 'Ann' }));
    await check(await call({ method: 'PATCH', path: userPath(), body, headers: { 'if-match': value } }), statuses);
  });

  test.each(odd)('If-None-Match %.20j is compared with the version and has no other effect', async (value) => {
    await check(await call({ path: userPath(), headers: { 'if-none-match': value } }), value === '*' ? [304] : [200]);
  });

  test('several If-Match headers count as one list', async () => {
    const { headers } = await call({ path: userPath() });
    const body = JSON.stringify(patchOp({ op: 'replace', path: 'displayName', value: 'Ann' }));
    await check(
      await call({
        method: 'PATCH',
        path: userPath(),
        body,
        headers: { 'if-match': ['"x"', String(headers.etag)] },
      }),
      [200],
    );
  });

  test('a media type, an encoding or a framing that is not supported is refused', async () => {
    const body = JSON.stringify(user({ userName: 'typed' }));
    for (const type of [
      '',
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/json; charset=utf-16',
      ';',
      '\u00e9',
      'x'.repeat(20_000),
    ])
      await check(await call({ method: 'POST', body, headers: { 'content-type': type } }), [415]);
    await check(await call({ method: 'POST', body, headers: { 'content-encoding': 'gzip' } }), [415]);
    await check(await call({ method: 'POST', body, headers: { 'transfer-encoding': 'chunked' } }), [411]);
  });

  test('an unusual Authorization header gets 401', async () => {
    for (const authorization of [
      '',
      'Bearer',
      'Bearer ',
      'Basic YTpi',
      `Bearer ${token('rooms')}`,
      `Bearer ${'x'.repeat(20_000)}`,
      'Bearer __proto__.x',
      'Bearer constructor.x',
      `bearer ${token('advisors')}\u00e9`,
      [`Bearer ${token('advisors')}`, `Bearer ${token('advisors')}`],
    ]) {
      await check(await call({ headers: { authorization } }), [401]);
    }
  });

  test('headers that exceed the limit are refused by the host', async () => {
    expect((await call({ headers: { 'x-long': 'x'.repeat(40_000) } })).status).toBe(431);
  });

  test('a parameter that occurs twice is refused if only one value makes sense', async () => {
    await refused(await list('filter=id%20pr&filter=id%20pr'), 'invalidFilter');
    await refused(await list('filter=id%20pr&FILTER=id%20pr'), 'invalidFilter');
    for (const name of ['count', 'startIndex', 'sortBy', 'sortOrder', 'cursor'])
      await refused(await list(`${name}=1&${name}=1`), 'invalidValue');
    await check(await list('attributes=userName&attributes=active&excludedAttributes=active'), [200]);
    await check(await list('a=1&'.repeat(1500)), [200]);
  });

  test('a malformed query is refused or ignored', async () => {
    for (const parameters of [
      '%',
      '%zz=1',
      '=',
      '&&&',
      '?',
      '#',
      'filter',
      'filter=',
      'filter=%',
      'filter=%00',
      '[]=1',
      'a[b]=1',
      '\u0001',
    ])
      await check(await list(encodeURI(parameters).replaceAll('%25', '%')), [200, 400]);
  });
});
