import { TableClient } from '@azure/data-tables';
import { expect, test } from '@jest/globals';

test('x', async () => {
  const t = TableClient.fromConnectionString(process.env['SCIM_TEST_TABLES'] ?? '', 'abc', {
    allowInsecureConnection: true,
  });
  await t.createTable();
  await t.createEntity({ partitionKey: 'a', rowKey: 'b' });
  expect((await t.getEntity('a', 'b')).partitionKey).toBe('a');
});
