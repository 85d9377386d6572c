import type { Graph } from './graph.ts';
import { GraphError } from './graph-error.ts';
import { jobPath } from './job.ts';
import { patiently, type Settling, type Waiting } from './propagation.ts';

/** Does what Test Connection in the portal does, with the stored credentials. Resolves to a text that says what is wrong; undefined if the connection works. */
export async function testConnection(
  graph: Graph,
  waiting: Waiting,
  settling: Settling,
  servicePrincipal: string,
  job: string,
): Promise<string | undefined> {
  const path = `${jobPath(servicePrincipal, job)}/validateCredentials`;
  try {
    await patiently(waiting, settling, 'the job', () => graph.send('POST', path, { useSavedCredentials: true }));
    return undefined;
  } catch (error) {
    if (!(error instanceof GraphError) || error.status >= 500 || error.status === 429) throw error;
    return `${error.message}\n${adviceFor(error)}`;
  }
}

/** The advice for Entra's own error codes. Microsoft does not document which of them this call returns, so the answer itself is always shown before the advice. */
function adviceFor({ code, message }: GraphError): string {
  const text = `${code} ${message}`;
  if (/CredentialValidationUnavailable/i.test(text))
    return 'Entra could not reach BookMe, or did not understand its answer: check the Tenant URL, and ask BookMe whether the service is up.';
  if (/CredentialValidationFailure|\b401\b.*token|Unauthorized/i.test(text))
    return 'BookMe refused the Secret Token: enter the current token of exactly this Tenant URL (npm run entra -- apply --new-token).';
  if (/InvalidCredentials/i.test(text)) return 'The Tenant URL is missing or wrong: run npm run entra -- apply.';
  if (/CredentialsMissing/i.test(text)) return 'No Tenant URL or Secret Token is stored: run npm run entra -- apply.';
  return 'If the message does not give the reason, check the Tenant URL and the Secret Token.';
}
