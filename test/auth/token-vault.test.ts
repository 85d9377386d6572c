import { describe, expect, test } from '@jest/globals';
import { authenticator } from '../../shared/auth/authenticate.ts';
import { newToken } from '../../shared/auth/token.ts';
import { EVERY_SERVICE, settingsVault } from '../../shared/auth/token-vault.ts';
import { services } from '../../shared/services/services.ts';

describe('tokens from settings', () => {
  const [first, second, rooms] = [newToken('contoso'), newToken('contoso'), newToken('contoso')];
  const vault = settingsVault({ advisors: { contoso: [first, second], fabrikam: [] }, rooms: { contoso: [rooms] } });

  test('are named like the secrets in the vault', async () => {
    expect([...(await vault.listSecrets()).keys()]).toEqual([
      'scim-advisors-contoso',
      'scim-advisors-fabrikam',
      'scim-rooms-contoso',
    ]);
  });

  test('are all accepted, each by its own service', async () => {
    const { authenticate } = authenticator(vault);
    for (const token of [first, second]) {
      expect((await authenticate('advisors', `Bearer ${token}`)).tenant).toBe('contoso');
      await expect(authenticate('rooms', `Bearer ${token}`)).rejects.toMatchObject({ status: 401 });
    }
    expect((await authenticate('rooms', `Bearer ${rooms}`)).tenant).toBe('contoso');
  });

  test('are accepted by every service if they are set for all services', async () => {
    expect(services.map(({ name }) => name)).not.toContain(EVERY_SERVICE);
    const { authenticate } = authenticator(settingsVault({ [EVERY_SERVICE]: { contoso: [first] } }));
    for (const { name } of services) expect((await authenticate(name, `Bearer ${first}`)).tenant).toBe('contoso');
  });

  test.each(['constructor', '__proto__', 'tostring'])('do not exist for a tenant named %s', async (tenant) => {
    expect(await vault.readVersions(`scim-advisors-${tenant}`)).toEqual([]);
    await expect(
      authenticator(vault).authenticate('advisors', `Bearer ${tenant}.${'A'.repeat(43)}`),
    ).rejects.toMatchObject({
      status: 401,
    });
  });
});
