import { type JsonRecord, parseJson } from '../commands/shared/json.ts';
import { added, changed, type Difference } from './difference.ts';
import type { Graph } from './graph.ts';
import { GraphError } from './graph-error.ts';
import { recordOf, recordsOf, textOf } from './json.ts';
import { isTenantUrl } from './tenant-urls.ts';

/** The connection and the job-wide settings of an application, which Graph calls its secrets (synchronizationSecret). */
export type Settings = ReadonlyMap<string, string>;

/** The settings that apply makes sure of. */
export interface DesiredSettings {
  readonly tenantUrl: string;
  /** The mail address that Entra notifies of a quarantine; undefined to leave it unchanged. */
  readonly notify: string | undefined;
  /** The number of deletions in one cycle at which Entra asks for confirmation; undefined to leave it unchanged. */
  readonly deleteThreshold: number | undefined;
}

/** The value that Graph returns for a secret setting. The setting cannot be read or compared, and this value must never be written back. */
export const MASK = '*';

const pathOf = (servicePrincipal: string): string => `/servicePrincipals/${servicePrincipal}/synchronization/secrets`;

/** Reads the settings, which are empty if the application has no provisioning yet. Microsoft does not document which error Graph returns in that case. */
export async function readSettings(graph: Graph, servicePrincipal: string): Promise<Settings> {
  try {
    const { body } = await graph.get(pathOf(servicePrincipal));
    return new Map(recordsOf(body['value']).map(({ key, value }) => [textOf(key), textOf(value)]));
  } catch (error) {
    if (error instanceof GraphError && [400, 404].includes(error.status)) return new Map();
    throw error;
  }
}

/** Replaces the settings of an application. */
export const writeSettings = (graph: Graph, servicePrincipal: string, values: Settings) =>
  graph.send('PUT', pathOf(servicePrincipal), { value: Array.from(values, ([key, value]) => ({ key, value })) });

/** Whether a Secret Token is stored. */
export const hasToken = (settings: Settings): boolean => (settings.get('SecretToken') ?? '') !== '';

/** Whether the token must be entered: none is stored, or the Tenant URL changes. A stored token must not be sent to a different address. */
export const needsToken = (settings: Settings, { tenantUrl }: DesiredSettings): boolean =>
  !hasToken(settings) || !isTenantUrl(settings.get('BaseAddress') ?? '', tenantUrl);

/** The differences, as lines of a plan. */
export function settingsDifferences(settings: Settings, desired: DesiredSettings): readonly Difference[] {
  const url = settings.get('BaseAddress') ?? '';
  return [
    ...(isTenantUrl(url, desired.tenantUrl) ? [] : [line('Tenant URL', url, desired.tenantUrl)]),
    ...(needsToken(settings, desired)
      ? [
          hasToken(settings)
            ? changed('token', 'Secret Token: must be entered again, for the new Tenant URL')
            : added('token', 'Secret Token: must be entered'),
        ]
      : []),
    ...scopeDifferences(settings.get('SyncAll') ?? ''),
    ...notificationDifferences(notificationIn(settings), desired),
  ];
}

/** The settings to write: all readable ones, with the desired values, and the token if it is given. They never contain the mask. */
export function settingsToWrite(settings: Settings, desired: DesiredSettings, token: string | undefined): Settings {
  const url = settings.get('BaseAddress') ?? '';
  const readable = [...settings].filter(([, value]) => value !== MASK && value !== '');
  const values = new Map(readable);
  values.set('BaseAddress', isTenantUrl(url, desired.tenantUrl) ? url : desired.tenantUrl);
  values.delete('SecretToken');
  if (token !== undefined) values.set('SecretToken', token);
  values.set('SyncNotificationSettings', JSON.stringify(notificationToWrite(notificationIn(settings), desired)));
  values.set('SyncAll', 'false');
  return values;
}

/** Notes for the administrator about settings that apply does not change. */
export function settingsNotes(settings: Settings, desired: DesiredSettings): readonly string[] {
  const notification = notificationIn(settings);
  const keepsLeavers = (settings.get('SkipOutOfScopeDeletions') ?? '').toLowerCase() === 'true';
  return [
    ...(desired.notify === undefined && notification['Enabled'] !== true
      ? ['Entra notifies no one of a quarantine: use --notify with the mail address of a group.']
      : []),
    ...(desired.deleteThreshold === undefined && notification['DeleteThresholdEnabled'] !== true
      ? [
          'Accidental deletions are not prevented: use --delete-threshold with a number that would be unusual, such as a tenth of your advisors.',
        ]
      : []),
    ...(keepsLeavers
      ? ['SkipOutOfScopeDeletions is on, so users who are unassigned stay bookable. It is left unchanged.']
      : []),
  ];
}

/** The notification settings, which are stored as JSON text: the mail address and the deletion threshold. */
export const notificationIn = (settings: Settings): JsonRecord =>
  recordOf(parseJson(settings.get('SyncNotificationSettings') ?? ''));

function notificationToWrite(stored: JsonRecord, { notify, deleteThreshold }: DesiredSettings): JsonRecord {
  return {
    Enabled: false,
    DeleteThresholdEnabled: false,
    ...stored,
    ...(notify === undefined ? {} : { Enabled: true, Recipients: notify }),
    ...(deleteThreshold === undefined ? {} : { DeleteThresholdEnabled: true, DeleteThresholdValue: deleteThreshold }),
  };
}

function scopeDifferences(syncAll: string): readonly Difference[] {
  if (syncAll.toLowerCase() === 'false') return [];
  const was = syncAll.toLowerCase() === 'true' ? 'Sync all users and groups' : syncAll;
  return [line('Scope', was, 'Sync only assigned users and groups')];
}

function notificationDifferences(
  stored: JsonRecord,
  { notify, deleteThreshold }: DesiredSettings,
): readonly Difference[] {
  const mail = stored['Enabled'] === true ? textOf(stored['Recipients']) : '';
  const threshold = stored['DeleteThresholdEnabled'] === true ? String(stored['DeleteThresholdValue'] ?? 500) : '';
  return [
    ...(notify === undefined || mail.toLowerCase() === notify.toLowerCase()
      ? []
      : [line('Notification Email', mail, notify)]),
    ...(deleteThreshold === undefined || threshold === String(deleteThreshold)
      ? []
      : [line('Prevent accidental deletions, threshold', threshold, String(deleteThreshold))]),
  ];
}

const line = (name: string, was: string, wanted: string): Difference =>
  was === '' ? added('settings', `${name}: ${wanted}`) : changed('settings', `${name}: ${was} -> ${wanted}`);
