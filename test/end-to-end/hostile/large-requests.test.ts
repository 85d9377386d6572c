import { describe, expect, test } from '@jest/globals';
import { limits } from '../../../shared/scim/limits.ts';
import { patchOp, user } from '../../service/client.ts';
import { attackedService, inBody } from './attacked-service.ts';

const { list, search, post, patch, check, refused } = attackedService();

describe('deep nesting', () => {
  const MEGABYTE = 1024 * 1024;
  const deep = (open: string, close: string, count: number) => open.repeat(count) + close.repeat(count);

  test('a megabyte of open brackets is not JSON', async () => {
    await refused(await post('['.repeat(MEGABYTE)), 'invalidSyntax');
    await refused(await post('{"a":'.repeat(MEGABYTE / 5)), 'invalidSyntax');
  });

  test('arrays and objects nested 100,000 deep are refused for their depth', async () => {
    await refused(await post(deep('[', ']', 100_000)), 'invalidSyntax');
    await refused(await post(inBody(`"a":${deep('[', ']', 100_000)}`)), 'invalidSyntax');
    await refused(await post(inBody(`"a":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)), 'invalidSyntax');
    await refused(await patch(`{"Operations":${deep('[', ']', 100_000)}}`), 'invalidSyntax');
  });

  test('a filter of thousands of parentheses is refused for its depth', async () => {
    await refused(await search({ filter: deep('(', ')', 4000) }), 'invalidFilter');
    await refused(await search({ filter: 'not ('.repeat(1500) }), 'invalidFilter');
    await refused(await search({ filter: `addresses[${deep('(', ')', 3900)}]` }), 'invalidFilter');
    await refused(await patch(patchOp({ op: 'remove', path: `addresses[${'('.repeat(400)}]` })), 'invalidFilter');
  });
});

describe('large requests', () => {
  test('a filter of 100 KB is refused by .search, and by the host in a URL', async () => {
    for (const part of ['userName eq "a" or ', '(', 'a', '"', ' ', '\\'])
      await refused(await search({ filter: part.repeat(100_000 / part.length) }), 'invalidFilter');
    expect((await list(`filter=${'a'.repeat(100_000)}`)).status).toBe(414);
  });

  test('a filter with the maximum length and the maximum number of terms gets 200', async () => {
    const filter = 'not (userName co "a") or '.repeat(99).concat('active eq true');
    await check(await search({ filter }), [200]);
  });

  test('20,000 operations are refused, and so is one more than the limit', async () => {
    const operations = (count: number) => Array(count).fill({ op: 'replace', path: 'active', value: true });
    await refused(await patch(patchOp(...operations(20_000))), 'invalidSyntax');
    await refused(await patch(patchOp(...operations(limits.patchOperations + 1))), 'invalidValue');
  });

  test('the maximum number of operations is carried out', async () => {
    const operations = Array.from({ length: limits.patchOperations }, (_, at) => ({
      op: 'Replace',
      path: at % 2 === 0 ? 'displayName' : 'addresses[type eq "work"].formatted',
      value: `Ann ${at}`,
    }));
    await check(await patch(patchOp(...operations)), [200]);
  });

  /** A PATCH whose one operation has these keys in its value. */
  const patchOfKeys = (key: (at: number) => string, count: number, path?: string) => {
    const value = Object.fromEntries(Array.from({ length: count }, (_, at) => [key(at), 1]));
    return patch(patchOp({ op: 'add', ...(path && { path }), value }));
  };

  test('100,000 keys are refused', async () => {
    const keys = Array.from({ length: 90_000 }, (_, at) => `"k${at}":1`).join();
    await refused(await post(inBody(keys)), 'invalidSyntax');
    await refused(await post(inBody(`"name":{${keys}}`)), 'invalidSyntax');
    await refused(await patchOfKeys((at) => `k${at}`, 90_000), 'invalidSyntax');
    await refused(
      await search(Object.fromEntries(Array.from({ length: 90_000 }, (_, at) => [`k${at}`, 1]))),
      'invalidSyntax',
    );
  });

  test('9,000 keys are harmless if they are not stored', async () => {
    const keys = Array.from({ length: 9000 }, (_, at) => `"k${at}":1`).join();
    await check(await post(inBody(keys).replace('"bob"', '"keys"')), [201]);
    await check(await patchOfKeys((at) => `k${at}`, 9000), [200]);
    await check(await patchOfKeys((at) => `k${at}`, 9000, 'name'), [200]);
    for (const key of ['x.y', 'name.k', 'urn:x:y:k', 'addresses.k']) {
      const answer = await patchOfKeys((at) => `${key}${at}`, 9000);
      await check(answer, [200, 400]);
    }
  });

  test('thousands of value paths that each create an element are refused', async () => {
    const answer = await patchOfKeys((at) => `addresses[type eq "t${at}"].formatted`, 9000);
    await check(answer, [400]);
  });

  test('thousands and tens of thousands of elements are refused', async () => {
    const elements = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => ({ formatted: `f${from + at}` }));
    const add = (from: number, to: number) => ({ op: 'add', path: 'addresses', value: elements(from, to) });
    const inHundreds = Array.from({ length: 45 }, (_, at) => add(at * 100, at * 100 + 100));
    await refused(
      await post(JSON.stringify(user({ userName: 'many', addresses: elements(0, 40_000) }))),
      'invalidSyntax',
    );
    await refused(await post(JSON.stringify(user({ userName: 'many', addresses: elements(0, 4900) }))), 'invalidValue');
    await refused(await patch(patchOp(add(0, 4900))), 'invalidValue');
    await refused(await patch(patchOp(add(0, 2400), add(2400, 4800))), 'invalidValue');
    await refused(await patch(patchOp(...inHundreds)), 'invalidValue');
    const remove = { op: 'remove', path: 'addresses', value: elements(0, 2400) };
    await check(await patch(patchOp(add(0, 2400), remove)), [400]);
    await check(await patch(patchOp(add(0, 90), { ...remove, value: elements(0, 4700) })), [200, 400]);
  });

  test('thousands of names in attributes are refused, in the URL and in .search', async () => {
    await refused(await list(`attributes=${'a,'.repeat(3000)}`), 'invalidValue');
    await refused(await list(`excludedAttributes=${'a,'.repeat(3000)}`), 'invalidValue');
    await refused(await search({ attributes: Array(200_000).fill('a') }), 'invalidSyntax');
    await refused(await search({ attributes: Array(9000).fill('a') }), 'invalidValue');
    await refused(await search({ attributes: 'a,'.repeat(300_000) }), 'invalidValue');
  });

  test('very long values are refused wherever they occur', async () => {
    const long = 'Å'.repeat(500_000);
    await refused(await post(JSON.stringify(user({ userName: long }))), 'invalidValue');
    await refused(await post(JSON.stringify(user({ userName: 'x', active: long }))), 'invalidValue');
    await refused(await patch(patchOp({ op: 'replace', path: 'displayName', value: long })), 'invalidValue');
    await refused(await patch(patchOp({ op: long, path: 'displayName', value: 'x' })), 'invalidSyntax');
    await refused(await patch(patchOp({ op: 'add', path: `displayName ${long}`, value: 'x' })), 'invalidPath');
    await refused(await search({ sortBy: long }), 'invalidValue');
    await refused(await search({ sortBy: 'id', sortOrder: long }), 'invalidValue');
    await refused(await search({ cursor: long }), 'invalidCursor');
    await refused(await search({ count: '1'.repeat(500_000) }), 'invalidValue');
  });
});
