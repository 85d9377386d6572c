import { describe, expect, test } from '@jest/globals';
import { claimedTenant, newToken, tokenDigest, tokenFingerprint } from '../../shared/auth/token.ts';

const random = 'A'.repeat(43);

describe('a token', () => {
  test('consists of its tenant and 256 random bits, and is never the same twice', () => {
    const token = newToken('contoso');
    expect(token).toMatch(/^contoso\.[A-Za-z0-9_-]{43}$/);
    expect(newToken('contoso')).not.toBe(token);
  });

  test.each(['Contoso', '', 'a b', 'a.b', 'x'.repeat(41)])('is not created for the tenant %j', (tenant) => {
    expect(() => newToken(tenant)).toThrow('A tenant is 1 to 40 characters');
  });

  test.each(['a', 'bank-1', '-', 'x'.repeat(40)])('names the tenant %s', (tenant) => {
    expect(claimedTenant(`${tenant}.${random}`)).toBe(tenant);
  });

  test.each([
    '',
    random,
    `.${random}`,
    `contoso.${random}A`,
    `contoso.${random.slice(1)}`,
    `contoso.${random.slice(1)}=`,
    `contoso.${random}\n`,
    `Contoso.${random}`,
    `${'x'.repeat(41)}.${random}`,
    `contoso.x.${random}`,
    'x'.repeat(1_000_000),
  ])('names no tenant if it has a different format (%#)', (text) => {
    expect(claimedTenant(text)).toBeUndefined();
  });

  test('has a short fingerprint that is not part of the token, nor of the digest by which it is compared', () => {
    const token = newToken('contoso');
    expect(tokenFingerprint(token)).toMatch(/^[0-9a-f]{8}$/);
    expect(tokenFingerprint(token)).toBe(tokenFingerprint(token));
    expect(tokenDigest(token).toString('hex')).not.toContain(tokenFingerprint(token));
  });
});
