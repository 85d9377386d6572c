import { SecretClient } from '@azure/keyvault-secrets';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type KeyVaultStandIn, startKeyVault } from './key-vault.ts';

const name = 'scim-rooms-contoso';
let standIn: KeyVaultStandIn;
let client: SecretClient;

beforeEach(async () => {
  standIn = await startKeyVault();
  client = new SecretClient(standIn.uri, standIn.credential, standIn.client);
});

afterEach(async () => {
  await standIn.stop();
});

describe('the key vault stand-in, through the SDK', () => {
  test('keeps every version of a secret, the newest as the current one', async () => {
    const expiresOn = new Date('2037-01-01T00:00:00Z');
    const first = await client.setSecret(name, 'first', { expiresOn, tags: { by: 'test' }, contentType: 'text/plain' });
    await client.setSecret(name, 'second');
    expect(first.properties).toMatchObject({
      expiresOn,
      enabled: true,
      tags: { by: 'test' },
      contentType: 'text/plain',
    });
    expect((await client.getSecret(name)).value).toBe('second');
    expect((await client.getSecret(name, { version: `${first.properties.version}` })).value).toBe('first');
  });

  test('changes the attributes of one version, and only those that are named', async () => {
    const expiresOn = new Date('2037-01-01T00:00:00Z');
    const version = `${(await client.setSecret(name, 'first', { expiresOn })).properties.version}`;
    await client.setSecret(name, 'second');
    const changed = await client.updateSecretProperties(name, version, { enabled: false });
    expect(changed).toMatchObject({ enabled: false, expiresOn, version });
    await expect(client.getSecret(name, { version })).rejects.toMatchObject({
      statusCode: 403,
      details: { error: { innerError: { code: 'SecretDisabled' } } },
    });
    expect((await client.getSecret(name)).value).toBe('second');
  });

  test('keeps the name of a deleted secret taken until it is recovered or purged', async () => {
    await client.setSecret(name, 'first');
    await (await client.beginDeleteSecret(name)).pollUntilDone();
    await expect(client.getSecret(name)).rejects.toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
    await expect(client.setSecret(name, 'second')).rejects.toMatchObject({
      statusCode: 409,
      details: { error: { innerError: { code: 'ObjectIsDeletedButRecoverable' } } },
    });
    for await (const deleted of client.listDeletedSecrets()) expect(deleted.name).toBe(name);
    expect((await client.getDeletedSecret(name)).properties.recoveryId).toContain(name);
    await (await client.beginRecoverDeletedSecret(name)).pollUntilDone();
    expect((await client.getSecret(name)).value).toBe('first');
    await (await client.beginDeleteSecret(name)).pollUntilDone();
    await client.purgeDeletedSecret(name);
    expect((await client.setSecret(name, 'second')).value).toBe('second');
  });

  test('refuses a name that Key Vault does not allow', async () => {
    await expect(client.setSecret('a_b', 'value')).rejects.toMatchObject({ statusCode: 400, code: 'BadParameter' });
  });
});
