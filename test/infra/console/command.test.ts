import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { consoleCommand } from '../../../infra/commands/console.ts';
import type { Overview } from '../../../infra/console/api.ts';
import { PROOF_HEADER } from '../../../infra/console/server/guard.ts';
import { type Ground, openGround } from '../tenants/bank.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
  await ground.provision('advisors', 'contoso', 3);
  await ground.provision('rooms', 'contoso', 1);
  const exp = Math.floor(Date.now() / 1000) + 20 * 86_400;
  ground.vault.secrets.set('scim-advisors-fabrikam', { value: `fabrikam.${'x'.repeat(43)}`, attributes: { exp } });
});
afterAll(() => ground.stop());

/** Runs the command. It ends when `stop` is called, or earlier if it refuses its options. */
function run(argv: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  const { promise: served, resolve: serve } = Promise.withResolvers<string>();
  const output: string[] = [];
  const errors: string[] = [];
  const ended = consoleCommand(argv, {
    output: {
      write(text) {
        output.push(text);
        const address = /http:\/\/127\.0\.0\.1:\d+\/\?key=\S+/.exec(text)?.[0];
        if (address !== undefined) serve(address);
      },
    },
    errors: { write: (text) => errors.push(text) },
    environment: { SCIM_TABLES: ground.tables, SCIM_KEY_VAULT_URI: ground.vault.uri, ...environment },
    now: () => new Date(),
    credential: () => ground.vault.credential,
    vaultClient: ground.vault.client,
    untilStopped: () => stopped,
  });
  return { ended, served, stop, output, errors };
}

/** Reads the overview until it satisfies the condition. */
async function overviewOf(address: string, satisfies: (overview: Overview) => boolean): Promise<Overview> {
  const { origin } = new URL(address);
  const entered = await fetch(address, { redirect: 'manual' });
  const [cookie = ''] = (entered.headers.get('set-cookie') ?? '').split(';');
  const [, proof = ''] = (entered.headers.get('location') ?? '').split('#proof=');
  for (;;) {
    const answer = await fetch(`${origin}/api/overview`, { headers: { cookie, [PROOF_HEADER]: proof } });
    const overview = (await answer.json()) as Overview; // the answer of the server under test
    if (satisfies(overview)) return overview;
  }
}

describe('npm run console', () => {
  test('shows the tables and the key vault until it is stopped, and reads no token', async () => {
    const { ended, served, stop, output } = run([]);
    const address = await served;
    const isWhole = ({ rows, isAudited }: Overview) => isAudited && rows.every(({ isRead, token }) => isRead && token);
    const { rows, notices } = await overviewOf(address, isWhole);
    expect(rows.map(({ tenant, service, active, token }) => [tenant, service, active, token?.state])).toEqual([
      ['contoso', 'advisors', 3, 'valid'],
      ['contoso', 'rooms', 1, 'valid'],
      ['fabrikam', 'advisors', 0, 'valid'],
    ]);
    expect(notices.filter(({ kind }) => kind === 'token')).toMatchObject([
      { tenant: 'fabrikam', service: 'advisors', text: 'the token expires in 19 days, at' },
    ]);
    expect(output.join('')).toContain('The page was opened. For another browser: http://127.0.0.1:');
    expect(ground.vault.calls.filter((call) => !/^GET \S*\/?secrets(\/[\w-]+\/versions)?$/.test(call))).toEqual([]);
    stop();
    expect(await ended).toBe(0);
    await expect(fetch(address)).rejects.toThrow();
  });

  test('explains why it cannot read the key vault, and still shows the tables', async () => {
    ground.vault.behave('forbidden');
    const { ended, served, stop } = run([]);
    const { rows, failures } = await overviewOf(
      await served,
      (one) => one.failures.length > 0 && one.rows.every(({ isRead }) => isRead),
    );
    expect(failures).toEqual([expect.stringContaining('you need the role Key Vault Reader on it')]);
    expect(rows.map(({ active }) => active)).toEqual([3, 1]);
    ground.vault.behave('well');
    stop();
    expect(await ended).toBe(0);
  });

  test.each<[readonly string[], Readonly<Record<string, string>>, string]>([
    [[], { SCIM_TABLES: '' }, 'SCIM_TABLES must be set'],
    [['--workspace', 'bookme'], {}, '--workspace must be the id of the workspace, a GUID'],
    [['--port', '0'], {}, '--port must be a number from 1 to 65535.'],
    [['--vault', 'bookme'], {}, 'The key vault must be an https address'],
    [['list'], {}, 'The command line contains a value without an option.'],
  ])('refuses %j %j with a message', async (argv, environment, sentence) => {
    const { ended, errors } = run(argv, environment);
    expect(await ended).toBe(1);
    expect(errors.join('')).toContain(sentence);
  });
});
