import type { JsonRecord } from '../commands/shared/json.ts';
import { added, changed, type Difference } from './difference.ts';
import { type Graph, openGraph } from './graph.ts';
import { recordOf, recordsOf, textOf } from './json.ts';
import type { Session } from './session.ts';
import { accessTokens } from './sign-in.ts';

/** The name of our own diagnostic setting. A PUT replaces the setting with this name and leaves the others alone. */
const NAME = 'bookme-provisioning-logs';
const CATEGORY = 'ProvisioningLogs';
const PATH = '/providers/microsoft.aadiam/diagnosticSettings';
const VERSION = 'api-version=2017-04-01';

/** The changes that send the tenant's provisioning logs to the workspace; none if no workspace is named. */
export async function planWorkspace(session: Session): Promise<readonly Difference[]> {
  const { workspace } = session.options;
  if (workspace === undefined) return [];
  const settings = await openArm(session).list(`${PATH}?${VERSION}`);
  if (settings.some((setting) => sendsTo(setting, workspace))) return [];
  const own = settings.find(({ name }) => textOf(name).toLowerCase() === NAME);
  const was = own ? textOf(recordOf(own['properties'])['workspaceId']) || 'no workspace' : '';
  const text = `diagnostic setting ${NAME}: ${CATEGORY} -> ${workspace}`;
  return [own ? changed('workspace', `${text} (was ${was})`) : added('workspace', text)];
}

/** Writes the diagnostic setting if it differs. The user needs the role Security Administrator. */
export async function applyWorkspace(session: Session, differences: readonly Difference[]): Promise<void> {
  const { workspace } = session.options;
  if (differences.length === 0 || workspace === undefined) return;
  session.waiting.progress('Writing the diagnostic setting of the tenant.');
  const logs = [{ category: CATEGORY, enabled: true, retentionPolicy: { days: 0, enabled: false } }];
  await openArm(session).send('PUT', `${PATH}/${NAME}?${VERSION}`, { properties: { workspaceId: workspace, logs } });
}

function sendsTo({ properties }: JsonRecord, workspace: string): boolean {
  const { workspaceId, logs } = recordOf(properties);
  const isSent = recordsOf(logs).some(({ category, enabled }) => category === CATEGORY && enabled === true);
  return isSent && textOf(workspaceId).toLowerCase() === workspace.toLowerCase();
}

/** Azure Resource Manager is called like Graph, but needs an access token of its own. */
function openArm({ options, context, waiting }: Session): Graph {
  const { environment, now, wait } = context;
  const signIn = { ...options, token: environment['ARM_TOKEN'] || undefined };
  const accessToken = accessTokens(new URL(options.armUrl).origin, signIn, waiting.progress, now);
  return openGraph({ url: options.armUrl, accessToken, wait, progress: waiting.progress });
}
