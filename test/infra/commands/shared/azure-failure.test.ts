import { RestError } from '@azure/data-tables';
import { expect, test } from '@jest/globals';
import { explainAzure } from '../../../../infra/commands/shared/azure-failure.ts';

const place = { name: 'The key vault https://kv.vault.azure.net', role: 'Key Vault Secrets Officer' };

/** Errors in the form of https://learn.microsoft.com/azure/key-vault/general/rest-error-codes and of the Table service's errors. */
const refused = (message: string, details: object, url = 'https://account.table.core.windows.net/rooms') =>
  explainAzure(
    Object.assign(new RestError(message, { statusCode: 403, code: 'Forbidden' }), { details, request: { url } }),
    place,
  );
const vaultSays = (code: string) => ({ error: { code: 'Forbidden', innererror: { code } } });
const tablesSay = (code: string) => ({ odataError: { code } });

test.each([
  ['a firewall', 'Client address is not authorized', vaultSays('ForbiddenByFirewall')],
  ['a closed public network', 'Public network access is disabled', vaultSays('ForbiddenByConnection')],
  ['the rules of a storage account', '{}', tablesSay('AuthorizationFailure')],
])('an operator whom %s blocks is told to add the IP address', (_what, message, details) => {
  expect(refused(message, details)).toMatchObject({
    message: expect.stringMatching(/does not accept calls from this network: add your IP address to operatorAddresses/),
  });
});

test.each([
  ['a vault', 'Caller is not authorized to perform action', vaultSays('ForbiddenByRbac')],
  ['a storage account', '{}', tablesSay('AuthorizationPermissionMismatch')],
])('an operator without a role on %s is told which role is needed', (_what, message, details) => {
  expect(refused(message, details)).toMatchObject({
    message: expect.stringMatching(/you need the role Key Vault Secrets Officer on it/),
  });
});
