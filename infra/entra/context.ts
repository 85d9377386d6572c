import type { Ask } from '../commands/shared/confirmation.ts';
import type { VaultContext } from '../tokens/vault.ts';

/** What the command has of the process that it runs in. */
export interface EntraContext extends VaultContext {
  readonly ask: Ask;
  /** The same without showing what is typed. */
  readonly askSecret: Ask;
  /** Resolves after so many seconds. */
  readonly wait: (seconds: number) => Promise<void>;
  /** Where the command keeps its notes of what it began to make. */
  readonly folder: string;
}
