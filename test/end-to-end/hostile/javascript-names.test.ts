import { describe, expect, test } from '@jest/globals';
import { patchOp } from '../../service/client.ts';
import { attackedService, inBody, SEARCH } from './attacked-service.ts';

const { userPath, call, list, post, patch, check, refused } = attackedService();

const REMARKABLE = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

/** JSON with a key that has another meaning in an object literal of JavaScript. */
const withKey = (key: string, value: string): string => `{${JSON.stringify(key)}:${value}}`;

describe.each(REMARKABLE)('the key %s', (key) => {
  const payload = '{"polluted":true,"isAdmin":true}';

  test('is an unknown attribute in a body, at any depth', async () => {
    for (const member of [
      `${JSON.stringify(key)}:${payload}`,
      `"name":${withKey(key, payload)}`,
      `"addresses":[${withKey(key, payload)}]`,
      `"meta":${withKey(key, withKey('prototype', payload))}`,
      `"urn:ietf:params:scim:schemas:core:2.0:User":${withKey(key, payload)}`,
    ]) {
      const answer = await post(inBody(member).replace('"bob"', `"${key}-${Math.random()}"`));
      await check(answer, [201]);
      expect(answer.text).not.toMatch(/polluted|isAdmin/);
    }
  });

  test('is an unknown attribute in the path of an operation', async () => {
    for (const path of [
      key,
      `${key}.polluted`,
      `name.${key}`,
      `addresses[${key} eq "x"].formatted`,
      `addresses[type eq "x"].${key}`,
      `urn:ietf:params:scim:schemas:core:2.0:User:${key}`,
      `${key}:userName`,
    ]) {
      for (const op of ['add', 'replace', 'remove'])
        await check(await patch(patchOp({ op, path, value: { polluted: true } })), [200, 400]);
    }
  });

  test('is an unknown attribute in an operation and in its value', async () => {
    const values = [
      withKey(key, payload),
      withKey(`${key}.polluted`, 'true'),
      `{"name":${withKey(key, payload)}}`,
      `{"urn:ietf:params:scim:schemas:core:2.0:User":${withKey(key, payload)}}`,
    ];
    for (const value of values) {
      const text = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","value":${value},${JSON.stringify(key)}:${payload}}]}`;
      await check(await patch(text), [200, 400]);
    }
    const nested = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","path":"name","value":${withKey(key, payload)}}]}`;
    await check(await patch(nested), [200, 400]);
  });

  test('is refused in a filter, sortBy and sortOrder, and ignored elsewhere in a query', async () => {
    await refused(await list(`filter=${key}%20eq%20%22x%22`), 'invalidFilter');
    await refused(await list(`filter=name.${key}%20pr`), 'invalidFilter');
    await refused(await list(`filter=addresses%5B${key}%20pr%5D`), 'invalidFilter');
    await refused(await list(`filter=userName%20${key}%20%22x%22`), 'invalidFilter');
    await refused(await list(`sortBy=${key}`), 'invalidValue');
    await refused(await list(`sortBy=name.${key}`), 'invalidValue');
    await refused(await list(`sortBy=userName&sortOrder=${key}`), 'invalidValue');
    await check(await list(`attributes=${key},name.${key}&excludedAttributes=${key}`), [200]);
    await check(await list(`${key}=1&${key}=2&__proto__[polluted]=1&constructor.prototype.polluted=1`), [200]);
    await check(
      await post(`{"schemas":["${SEARCH}"],${JSON.stringify(key)}:${payload}}`, '/Users/.search'),
      [200, 400],
    );
  });

  test('is harmless as a header, an id, a cursor and a path', async () => {
    await check(await call({ path: userPath(), headers: { [key]: 'x', 'if-none-match': key } }), [200]);
    await check(await call({ path: `/Users/${key}` }), [404]);
    await refused(await list(`cursor=${key}`), 'invalidCursor');
    for (const path of [`/${key}`, `/Schemas/${key}`, `/ResourceTypes/${key}`, `/Groups/${key}`])
      await check(await call({ path }), [404]);
  });
});
