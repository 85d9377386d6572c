// @ts-nocheck
import { Agent, type ClientRequestArgs } from 'node:http';
import { Socket } from 'node:net';
import { ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import { LONGEST_ATTEMPT, NoAnswer } from './vault-attempts.ts';

/**
 * The identity that Azure gave the function app: its system-assigned one, or the user-assigned one with this client id.
 * It asks nothing else: a chain of credentials would be slower and could end at an identity that nobody meant. An attempt that hangs is ended.
 * https://learn.microsoft.com/azure/developer/javascript/sdk/authentication/credential-chains
 */
export const managedIdentity = (clientId?: string, longestAttempt = LONGEST_ATTEMPT): TokenCredential =>
  new ManagedIdentityCredential({ agent: new ImpatientAgent(longestAttempt), ...(clientId && { clientId }) });

/** Closes each connection on which nothing comes for so long, in milliseconds: this credential obeys no signal, and has no time of its own. */
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
