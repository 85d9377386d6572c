import { CommandError } from '../commands/shared/command-error.ts';
import type { Site } from './apply-plan.ts';
import { retryWhileSettling, type Settling } from './propagation.ts';
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

/** How long it may take until Graph returns what was written, in seconds. */
const READ_BACK = 60;

/** Writes the Tenant URL, the token and the job-wide settings if any of them differs, and checks the result. Resolves to the token that was written. */
export async function applySettings(
  session: Session,
  { application, desired, settling }: Site,
  token: (() => Promise<SecretToken>) | undefined,
): Promise<SecretToken | undefined> {
  const { graph, waiting } = session;
  const read = () =>
    retryWhileSettling(waiting, settling, 'the application', () => readSettings(graph, application.id));
  const settings = await read();
  const isDone = (found: Settings) => settingsDifferences(found, desired).length === 0;
  if (isDone(settings) && !token) return undefined;
  const secret = await token?.();
  waiting.progress('Writing the Tenant URL, the scope and the notification settings.');
  const values = settingsToWrite(settings, desired, secret?.token);
  await retryWhileSettling(waiting, settling, 'the application', () => writeSettings(graph, application.id, values));
  const written = await retryWhileSettling(waiting, soon(session, settling), 'the settings', read, isDone);
  refuseLost(
    written,
    isDone(written),
    settingsDifferences(written, desired).map(({ text }) => text),
  );
  return secret;
}

/** Throws CommandError if a setting was lost: Microsoft does not document whether Graph keeps the settings that a write omits. */
function refuseLost(written: Settings, isDone: boolean, open: readonly string[]): void {
  if (!hasToken(written))
    throw new CommandError(
      'Entra no longer has the Secret Token, because writing the settings removed it. Run apply again and enter the token. Until then, no user is provisioned.',
    );
  if (!isDone)
    throw new CommandError(
      `Entra accepted the settings but does not return them yet: ${open.join('; ')}. Run the command again in a few minutes.`,
    );
}

/** The time by which Graph has to return what was written. It is later for a new application. */
export function soon({ waiting }: Session, settling: Settling): Date {
  const end = new Date(waiting.now().getTime() + READ_BACK * 1_000);
  return settling && settling > end ? settling : end;
}
