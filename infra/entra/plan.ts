import { added, changed, type Difference, removed } from './difference.ts';
import { isRunning } from './job.ts';
import { describe, hasScopingFilter, schemaDifferences } from './schema-differences.ts';
import { settingsDifferences, settingsNotes } from './settings.ts';
import type { Desired, State } from './state.ts';

/** The changes that apply would make for one service, and notes for the administrator. */
export interface Plan {
  readonly desired: Desired;
  readonly state: State;
  readonly differences: readonly Difference[];
  readonly notes: readonly string[];
}

/** Compares the current state with the desired one. */
export function planFor(desired: Desired, state: State): Plan {
  const differences = [
    ...applicationDifferences(desired, state),
    ...settingsDifferences(state.settings, desired),
    ...(state.schema ? schemaDifferences(state.schema, desired.mappings) : newSchema(desired)),
    ...assignmentDifferences(desired, state),
  ];
  return {
    desired,
    state,
    differences: [...differences, ...scheduleDifferences(state, differences)],
    notes: notesOn(desired, state, differences),
  };
}

function applicationDifferences({ name }: Desired, { application, job }: State): readonly Difference[] {
  return [
    ...(application ? [] : [added('application', `enterprise application "${name}" (non-gallery)`)]),
    ...(job ? [] : [added('job', 'provisioning job (template scim)')]),
  ];
}

/** The differences for a new job. It starts with the mappings of the template, which Microsoft does not publish. */
const newSchema = ({ mappings }: Desired): readonly Difference[] => [
  ...mappings.map((mapping) => added('schema', `attribute mapping ${describe(mapping)}`)),
  removed('schema', 'every other attribute mapping of users in the new job'),
  changed('schema', 'Provision Microsoft Entra ID Groups: Enabled Yes -> No'),
];

const assignmentDifferences = ({ principals }: Desired, { assigned }: State): readonly Difference[] =>
  principals
    .filter(({ id }) => !assigned.has(id))
    .map(({ name, kind, id }) => added('assignment', `assignment of ${kind.toLowerCase()} ${name} (${id})`));

function scheduleDifferences({ job }: State, others: readonly Difference[]): readonly Difference[] {
  if (!job) return [added('schedule', 'Provisioning Status: On')];
  if (job.status === 'Quarantine' && job.schedule === 'Active') {
    const isRepaired = others.some(({ part }) => part === 'settings' || part === 'token' || part === 'schema');
    return isRepaired && job.quarantine?.['reason'] !== 'TooManyDeletes'
      ? [changed('schedule', 'Provisioning Status: Quarantine -> On')]
      : [];
  }
  return isRunning(job)
    ? []
    : [changed('schedule', `Provisioning Status: ${job.schedule === 'Active' ? job.status : 'Off'} -> On`)];
}

function notesOn(
  desired: Desired,
  { settings, job, schema, assigned }: State,
  differences: readonly Difference[],
): readonly string[] {
  const changesSchema = differences.some(({ part }) => part === 'schema');
  return [
    ...(changesSchema && job
      ? [
          'Changing a mapping makes Entra start a new initial cycle, which compares all assigned users again. It does not create duplicates.',
        ]
      : []),
    ...(job && settings.get('SyncAll')?.toLowerCase() === 'true'
      ? [
          'All users were in scope until now. Entra will compare all of them again, and disable those who are not assigned.',
        ]
      : []),
    ...(schema && hasScopingFilter(schema) ? ['The mapping of users has a scoping filter. It is left unchanged.'] : []),
    ...settingsNotes(settings, desired),
    ...(assigned.size === 0 && desired.principals.length === 0
      ? ['No user or group is assigned, so no user is provisioned: use --assign, or assign them in the portal.']
      : []),
  ];
}
