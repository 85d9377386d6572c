import { token } from '../../../infra/commands/token.ts';
import { authenticator } from '../../../shared/auth/authenticate.ts';
import { keyVault } from '../../../shared/auth/key-vault.ts';
import type { KeyVaultStandIn } from '../../stand-ins/key-vault.ts';

export interface Run {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** The result of a run, with its target and its questions. */
export interface TokenRun extends Run {
  /** The line that names the target, which is not part of the output; empty if there is none. */
  readonly place: string;
  readonly questions: readonly string[];
}

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** The options that name contoso's token for advisors, and its token for all services. */
export const contoso = ['--service', 'advisors', '--tenant', 'contoso'] as const;
export const ofAll = ['--service', 'all', '--tenant', 'contoso'] as const;

/** Runs the command in this process, with a stand-in for Key Vault and a clock that moves only when the test says so. */
export interface Operator {
  readonly run: (...argv: readonly string[]) => Promise<TokenRun>;
  /** Issues a token for contoso's advisors, and returns it. */
  readonly issue: (...options: readonly string[]) => Promise<string>;
  /** Starts an instance of the service with the same key vault and clock. */
  readonly startInstance: () => Instance;
  /** The answer that is typed to the command's questions; empty until it is set. */
  readonly types: (text: string) => void;
  readonly now: () => Date;
  readonly pass: (milliseconds: number) => void;
}

/** Returns the tenant that the token identifies, or the status with which the service refuses it. */
export type Instance = (service: string, token: string | undefined) => Promise<string | number>;

/** An operator whose environment names the key vault and has the given settings. */
export function operatorOf(vault: KeyVaultStandIn, environment: Readonly<Record<string, string>> = {}): Operator {
  const clock = { now: Date.now() };
  let typed = '';
  const now = () => new Date(clock.now);
  async function run(...argv: readonly string[]): Promise<TokenRun> {
    const output: string[] = [];
    const errors: string[] = [];
    const questions: string[] = [];
    const code = await token(argv, {
      output: { write: (text) => output.push(text) },
      errors: { write: (text) => errors.push(text) },
      environment: { SCIM_KEY_VAULT_URI: vault.uri, ...environment },
      now,
      credential: () => vault.credential,
      vaultClient: { ...vault.client, retryOptions: { maxRetries: 0 } },
      async ask(question) {
        questions.push(question);
        return typed;
      },
    });
    const [, place = '', rest = ''] = /^(Target: .*\n)?([\s\S]*)$/.exec(output.join('')) ?? [];
    return { code, place, output: rest, errors: errors.join(''), questions };
  }
  async function issue(...options: readonly string[]): Promise<string> {
    const { output } = await run('issue', ...contoso, ...options);
    return tokensIn(output)[0] ?? '';
  }
  function startInstance(): Instance {
    const client = { ...vault.client, retryOptions: { maxRetries: 0 } };
    const tokens = keyVault(vault.uri, { credential: vault.credential, client });
    const { authenticate } = authenticator(tokens, { clock: { elapsed: () => clock.now, date: () => clock.now } });
    return (service, token = '') =>
      authenticate(service, `Bearer ${token}`).then(
        ({ tenant }) => tenant,
        (error) => error.status,
      );
  }
  return {
    run,
    issue,
    startInstance,
    types(text) {
      typed = text;
    },
    now,
    pass(milliseconds) {
      clock.now += milliseconds;
    },
  };
}

/** The tokens in a text, in their order. */
export const tokensIn = (text: string): readonly string[] => text.match(/[a-z0-9-]{1,40}\.[A-Za-z0-9_-]{43}/g) ?? [];

/** The calls that changed something in the key vault. */
export const changesIn = ({ calls }: KeyVaultStandIn): readonly string[] =>
  calls.filter((call) => !call.startsWith('GET '));
