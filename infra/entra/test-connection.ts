import type { Graph } from './graph.ts';
import { GraphError } from './graph-error.ts';
import { jobPath } from './job.ts';
import { retryWhileSettling, type Settling, type Waiting } from './propagation.ts';

/** Tests the stored credentials, as Test Connection in the portal does. Resolves to a description of the problem; undefined if the connection works. */
export async function testConnection(
  graph: Graph,
  waiting: Waiting,
  settling: Settling,
  servicePrincipal: string,
  job: string,
): Promise<string | undefined> {
  const path = `${jobPath(servicePrincipal, job)}/validateCredentials`;
  try {
    await retryWhileSettling(waiting, settling, 'the job', () =>
      graph.send('POST', path, { useSavedCredentials: true }),
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof GraphError) || error.status >= 500 || error.status === 429) throw error;
    return `${error.message}\n${adviceFor(error)}`;
  }
}

/** The advice for Entra's error codes. Microsoft does not document which of them this call returns, so the message is always shown before the advice. */
function adviceFor({ code, message }: GraphError): string {
  const text = `${code} ${message}`;
  if (/CredentialValidationUnavailable/i.test(text))
    return 'Entra could not reach BookMe, or did not understand the response: check the Tenant URL, and ask BookMe whether the service is running.';
  if (/CredentialValidationFailure|\b401\b.*token|Unauthorized/i.test(text))
    return 'BookMe refused the Secret Token: enter the current token of exactly this Tenant URL (npm run entra -- apply --new-token).';
  if (/InvalidCredentials/i.test(text)) return 'The Tenant URL is missing or wrong: run npm run entra -- apply.';
  if (/CredentialsMissing/i.test(text)) return 'No Tenant URL or Secret Token is stored: run npm run entra -- apply.';
  return 'If the message does not give the reason, check the Tenant URL and the Secret Token.';
}
