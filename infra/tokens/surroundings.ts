import type { TokenCredential } from '@azure/identity';
import type { SecretClientOptions } from '@azure/keyvault-secrets';
import type { Output } from '../commands/shared/output.ts';

/** What the command needs of the process that it runs in. */
export interface Surroundings {
  readonly output: Output;
  readonly errors: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** The caller's own sign-in to Azure. */
  readonly credential: () => TokenCredential;
  /** For tests only: the command keeps the SDK's own checks of the certificate and of the challenge. */
  readonly vaultClient?: SecretClientOptions;
}
