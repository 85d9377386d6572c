// @ts-nocheck
import { token } from '../../../infra/commands/token.ts';
import type { KeyVaultStandIn } from '../../stand-ins/key-vault.ts';

export interface Run {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** The command in this process, over a vault on this machine and with a clock that stands still until time is passed. */
export interface Operator {
  readonly run: (...argv: readonly string[]) => Promise<Run>;
  readonly now: () => Date;
  readonly pass: (milliseconds: number) => void;
}

/** An operator whose environment names the vault, and whatever else it is given. */
export function operatorOf(vault: KeyVaultStandIn, environment: Readonly<Record<string, string>> = {}): Operator {
  const clock = { now: Date.now() };
  const now = () => new Date(clock.now);
  async function run(...argv: readonly string[]): Promise<Run> {
    const output: string[] = [];
    const errors: string[] = [];
    const code = await token(argv, {
      output: { write: (text) => output.push(text) },
      errors: { write: (text) => errors.push(text) },
      environment: { SCIM_KEY_VAULT_URI: vault.uri, ...environment },
      now,
      credential: () => vault.credential,
      vaultClient: { ...vault.client, retryOptions: { maxRetries: 0 } },
    });
    return { code, output: output.join(''), errors: errors.join('') };
  }
  return {
    run,
    now,
    pass(milliseconds) {
      clock.now += milliseconds;
    },
  };
}

/** The tokens that a text shows, in their order. */
export const tokensIn = (text: string): readonly string[] => text.match(/[a-z0-9-]{1,40}\.[A-Za-z0-9_-]{43}/g) ?? [];

/** The calls that changed something in the vault. */
export const changesIn = ({ calls }: KeyVaultStandIn): readonly string[] =>
  calls.filter((call) => !call.startsWith('GET '));
