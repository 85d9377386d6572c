import { CommandError } from '../commands/shared/command-error.ts';
import type { Site } from './apply-plan.ts';
import { patiently, type Settling } from './propagation.ts';
import type { SecretToken } from './secret-token.ts';
import type { Session } from './session.ts';
import {
  hasToken,
  readSettings,
  type Settings,
  settingsDifferences,
  settingsToWrite,
  writeSettings,
} from './settings.ts';

/** How long a write may take to be read back, in seconds. */
const READ_BACK = 60;

/** Writes the Tenant URL, the token and the job-wide settings where one of them differs, and reads them back. Resolves to the token that was written. */
export async function applySettings(
  session: Session,
  { application, desired, settling }: Site,
  token: (() => Promise<SecretToken>) | undefined,
): Promise<SecretToken | undefined> {
  const { graph, waiting } = session;
  const read = () => patiently(waiting, settling, 'the application', () => readSettings(graph, application.id));
  const settings = await read();
  const isDone = (found: Settings) => settingsDifferences(found, desired).length === 0;
  if (isDone(settings) && !token) return undefined;
  const secret = await token?.();
  waiting.progress('Writing the Tenant URL, the scope and the notification settings.');
  const values = settingsToWrite(settings, desired, secret?.token);
  await patiently(waiting, settling, 'the application', () => writeSettings(graph, application.id, values));
  const written = await patiently(waiting, soon(session, settling), 'the settings', read, isDone);
  refuseLost(
    written,
    isDone(written),
    settingsDifferences(written, desired).map(({ text }) => text),
  );
  return secret;
}

/** Whether Graph keeps what a write leaves out is not documented, so what was kept is looked at. */
function refuseLost(written: Settings, isDone: boolean, open: readonly string[]): void {
  if (!hasToken(written))
    throw new CommandError(
      'Entra no longer has the Secret Token: this write took it away. Run apply again and enter the token; until then nobody is provisioned.',
    );
  if (!isDone)
    throw new CommandError(
      `Entra took the settings but does not show them: ${open.join('; ')}. Run the command again in some minutes.`,
    );
}

/** The time in which a write has to be readable; longer for a new application. */
export function soon({ waiting }: Session, settling: Settling): Date {
  const end = new Date(waiting.now().getTime() + READ_BACK * 1_000);
  return settling && settling > end ? settling : end;
}
