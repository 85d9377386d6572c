import { Agent, type ClientRequestArgs } from 'node:http';
import { Socket } from 'node:net';
import { ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import { ATTEMPT_TIMEOUT, NoAnswer } from './vault-attempts.ts';

/**
 * The managed identity of the function app: the system-assigned one, or the user-assigned one with this client id. A chain of credentials would be
 * slower, and could sign in with an unintended identity. An attempt that hangs is ended after `attemptTimeout` milliseconds.
 * https://learn.microsoft.com/azure/developer/javascript/sdk/authentication/credential-chains
 */
export const managedIdentity = (clientId?: string, attemptTimeout = ATTEMPT_TIMEOUT): TokenCredential =>
  new ManagedIdentityCredential({ agent: new ImpatientAgent(attemptTimeout), ...(clientId && { clientId }) });

/** Closes a connection on which nothing arrives for `longest` milliseconds. ManagedIdentityCredential ignores abort signals and has no time limit. */
class ImpatientAgent extends Agent {
  readonly #longest: number;

  constructor(longest: number) {
    super();
    this.#longest = longest;
  }

  override createConnection(...args: [ClientRequestArgs, Parameters<Agent['createConnection']>[1]]) {
    const socket = super.createConnection(...args);
    if (socket instanceof Socket) socket.setTimeout(this.#longest, () => socket.destroy(new NoAnswer('identity')));
    return socket;
  }
}
