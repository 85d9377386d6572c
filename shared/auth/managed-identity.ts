import { ManagedIdentityCredential, type TokenCredential } from '@azure/identity';

/**
 * The identity that Azure gave the function app: its system-assigned one, or the user-assigned one with this client id.
 * It asks nothing else: a chain of credentials would be slower and could end at an identity that nobody meant.
 * https://learn.microsoft.com/azure/developer/javascript/sdk/authentication/credential-chains
 */
export const managedIdentity = (clientId?: string): TokenCredential =>
  clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
