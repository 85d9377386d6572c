import { describe, expect, test } from '@jest/globals';
import { patchOp, user } from '../../service/client.ts';
import { attackedService } from './attacked-service.ts';

const { userPath, call, check } = attackedService();

describe('ids', () => {
  test.each([
    '%2F',
    '..%2F..%2Frooms',
    '%252e%252e',
    '..%5C..',
    '%ED%A0%80',
    '%C0%AF',
    '%FF',
    "'%20or%20'1'%20eq%20'1",
    '%7Eid.x',
    'n.x',
    '%0D%0AX:%20y',
    'x'.repeat(4000),
    '%F0%9F%98%80'.repeat(300),
    '*',
    '%',
    '%zz',
  ])('the id %.40s gets 404', async (one) => {
    for (const method of ['GET', 'DELETE']) await check(await call({ method, path: `/Users/${one}` }), [404]);
    await check(
      await call({
        method: 'PATCH',
        path: `/Users/${one}`,
        body: JSON.stringify(patchOp({ op: 'remove', path: 'name' })),
      }),
      [404],
    );
    await check(
      await call({ method: 'PUT', path: `/Users/${one}`, body: JSON.stringify(user({ userName: 'put' })) }),
      [404],
    );
  });

  test('dot segments lead only to the path to which the host resolves them', async () => {
    await check(await call({ path: '/Users/..' }), [200, 404]);
    await check(await call({ path: '/Users/%2e%2e/Users' }), [200]);
    const other = await call({ path: '/../../rooms/scim/Users' });
    await check(other, [401]); // the token of the other service
  });

  test('NUL is refused by the host', async () => {
    expect((await call({ path: '/Users/%00' })).status).toBe(400);
    expect((await call({ path: `${userPath()}%00` })).status).toBe(400);
  });
});
