import type { Difference } from './difference.ts';
import type { Plan } from './plan.ts';
import { hasToken, MASK, notificationIn, type Settings } from './settings.ts';

/** The plan of one service as text, one line for each difference. */
export function showPlan({ desired, state, differences, notes }: Plan): string {
  const { application } = state;
  const title = `${desired.service.name}: ${application ? `${application.name} (${application.id})` : 'no application yet'}`;
  const lines = differences.length > 0 ? differences.map(showDifference) : ['  nothing to do'];
  const stored = hasToken(state.settings)
    ? ['  Secret Token: stored; Entra does not show it, so it cannot be compared.']
    : [];
  return `${[title, ...lines, ...stored, ...notes.map((note) => `  Note: ${note}`)].join('\n')}\n`;
}

/** One line of a plan as text. */
export const showDifference = ({ kind, text }: Difference): string => `  ${kind} ${text}`;

/** "3 to add, 2 to change, 15 to remove." */
export function summaryOf(differences: readonly Difference[]): string {
  const count = (kind: Difference['kind']) => differences.filter((one) => one.kind === kind).length;
  return `${count('+')} to add, ${count('~')} to change, ${count('-')} to remove.`;
}

/** The current state of one service in the tenant, as text. */
export function showState({ desired, state }: Plan): string {
  const { application, job, settings, assigned } = state;
  const rows: readonly (readonly [string, string])[] = [
    ['Application', application ? `${application.name} (${application.id})` : 'none'],
    ['Job', job?.id ?? 'none'],
    ...settingRows(settings),
    ['Attribute mappings', desired.mappings.map(({ target }) => target).join(', ')],
    ['Assigned', `${assigned.size} users and groups`],
    ['Provisioning Status', job ? `${job.schedule === 'Active' ? 'On' : 'Off'} (${job.status})` : 'none'],
  ];
  return `${desired.service.name}\n${rows.map(([name, value]) => `  ${name.padEnd(30)}${value}\n`).join('')}`;
}

function settingRows(settings: Settings): readonly (readonly [string, string])[] {
  const notification = notificationIn(settings);
  return [
    ['Tenant URL', settings.get('BaseAddress') ?? 'none'],
    ['Secret Token', settings.get('SecretToken') ? `stored (Entra shows ${MASK})` : 'none'],
    [
      'Scope',
      settings.get('SyncAll')?.toLowerCase() === 'false'
        ? 'Sync only assigned users and groups'
        : 'Sync all users and groups',
    ],
    ['Notification Email', notification['Enabled'] === true ? String(notification['Recipients'] ?? '') : 'none'],
    [
      'Prevent accidental deletions',
      notification['DeleteThresholdEnabled'] === true
        ? `threshold ${notification['DeleteThresholdValue'] ?? 500}`
        : 'off',
    ],
  ];
}

/** The plans as JSON, for scripts. */
export const plansAsJson = (plans: readonly Plan[]) =>
  plans.map(({ desired, state, differences, notes }) => ({
    service: desired.service.name,
    tenantUrl: desired.tenantUrl,
    servicePrincipal: state.application?.id ?? null,
    application: state.application?.name ?? null,
    job: state.job?.id ?? null,
    tokenStored: hasToken(state.settings),
    differences,
    notes,
  }));
