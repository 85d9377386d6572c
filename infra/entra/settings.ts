import { type JsonRecord, parseJson } from '../commands/shared/json.ts';
import { added, changed, type Difference } from './difference.ts';
import type { Graph } from './graph.ts';
import { GraphError } from './graph-error.ts';
import { recordOf, recordsOf, textOf } from './json.ts';
import { isTenantUrl } from './tenant-urls.ts';

/** What Entra calls the secrets of an application: its connection and its job-wide settings (Graph's synchronizationSecret). */
export type Settings = ReadonlyMap<string, string>;

export interface DesiredSettings {
  readonly tenantUrl: string;
  /** Who is written to about quarantine; undefined: whatever is set. */
  readonly notify: string | undefined;
  /** From how many deletions in one cycle on Entra asks first; undefined: whatever is set. */
  readonly deleteThreshold: number | undefined;
}

/** How Graph answers a secret one: it can be neither read nor compared, and must never be written back. */
export const MASK = '*';

const pathOf = (servicePrincipal: string): string => `/servicePrincipals/${servicePrincipal}/synchronization/secrets`;

/** Reads the settings; none where the application has no provisioning yet. How Graph answers then is not documented. */
export async function readSettings(graph: Graph, servicePrincipal: string): Promise<Settings> {
  try {
    const { body } = await graph.get(pathOf(servicePrincipal));
    return new Map(recordsOf(body['value']).map(({ key, value }) => [textOf(key), textOf(value)]));
  } catch (error) {
    if (error instanceof GraphError && [400, 404].includes(error.status)) return new Map();
    throw error;
  }
}

export const writeSettings = (graph: Graph, servicePrincipal: string, values: Settings) =>
  graph.send('PUT', pathOf(servicePrincipal), { value: Array.from(values, ([key, value]) => ({ key, value })) });

export const hasToken = (settings: Settings): boolean => (settings.get('SecretToken') ?? '') !== '';

/** Whether the token has to be entered: there is none, or it would go to another address than it was entered for. */
export const needsToken = (settings: Settings, { tenantUrl }: DesiredSettings): boolean =>
  !hasToken(settings) || !isTenantUrl(settings.get('BaseAddress') ?? '', tenantUrl);

/** What differs, as lines of a plan. */
export function settingsDifferences(settings: Settings, desired: DesiredSettings): readonly Difference[] {
  const url = settings.get('BaseAddress') ?? '';
  return [
    ...(isTenantUrl(url, desired.tenantUrl) ? [] : [line('Tenant URL', url, desired.tenantUrl)]),
    ...(needsToken(settings, desired)
      ? [
          hasToken(settings)
            ? changed('token', 'Secret Token: to be entered anew, for the new Tenant URL')
            : added('token', 'Secret Token: to be entered'),
        ]
      : []),
    ...scopeDifferences(settings.get('SyncAll') ?? ''),
    ...notificationDifferences(notificationIn(settings), desired),
  ];
}

/** The settings to write: every one that can be read, those of ours as they should be, and the token where it is given. Never a mask. */
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

/** What an administrator should know of the settings, and that an apply leaves alone. */
export function settingsNotes(settings: Settings, desired: DesiredSettings): readonly string[] {
  const notification = notificationIn(settings);
  const keepsLeavers = (settings.get('SkipOutOfScopeDeletions') ?? '').toLowerCase() === 'true';
  return [
    ...(desired.notify === undefined && notification['Enabled'] !== true
      ? ['Nobody is notified of a quarantine: say --notify with the address of a group of people.']
      : []),
    ...(desired.deleteThreshold === undefined && notification['DeleteThresholdEnabled'] !== true
      ? [
          'Accidental deletions are not prevented: say --delete-threshold with a number that you would notice, such as a tenth of your advisors.',
        ]
      : []),
    ...(keepsLeavers
      ? ['SkipOutOfScopeDeletions is on: whoever is unassigned stays bookable. It is left as it is.']
      : []),
  ];
}

/** Who is notified and from how many deletions on Entra asks: a JSON text in a string. */
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
