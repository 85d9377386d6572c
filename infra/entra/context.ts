import type { Ask } from '../commands/shared/confirmation.ts';
import type { VaultContext } from '../tokens/vault.ts';

/** What the command gets from the process that it runs in. */
export interface EntraContext extends VaultContext {
  readonly ask: Ask;
  /** Asks a question without showing what the user types. */
  readonly askSecret: Ask;
  /** Resolves after that many seconds. */
  readonly wait: (seconds: number) => Promise<void>;
  /** The folder in which the command records what it started to create. */
  readonly folder: string;
}
