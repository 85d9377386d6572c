import { added, changed, type Difference, removed } from './difference.ts';
import { isRunning } from './job.ts';
import { describe, hasScopingFilter, schemaDifferences } from './schema-differences.ts';
import { settingsDifferences, settingsNotes } from './settings.ts';
import type { Desired, State } from './state.ts';

/** What an apply would do for one service, and what an administrator should know besides. */
export interface Plan {
  readonly desired: Desired;
  readonly state: State;
  readonly differences: readonly Difference[];
  readonly notes: readonly string[];
}

/** Compares what stands there with what should. */
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

/** A job that is not there yet will come with the template's mappings, which Microsoft does not publish. */
const newSchema = ({ mappings }: Desired): readonly Difference[] => [
  ...mappings.map((mapping) => added('schema', `attribute mapping ${describe(mapping)}`)),
  removed('schema', 'every other attribute mapping of users that the new job comes with'),
  changed('schema', 'Provision Microsoft Entra ID Groups: Enabled Yes -> No'),
];

const assignmentDifferences = ({ principals }: Desired, { assigned }: State): readonly Difference[] =>
  principals
    .filter(({ id }) => !assigned.has(id))
    .map(({ name, kind, id }) => added('assignment', `assignment of ${kind.toLowerCase()} ${name} (${id})`));

function scheduleDifferences({ job }: State, others: readonly Difference[]): readonly Difference[] {
  if (!job) return [added('schedule', 'Provisioning Status: On')];
  if (job.status === 'Quarantine' && job.schedule === 'Active') {
    const isMended = others.some(({ part }) => part === 'settings' || part === 'token' || part === 'schema');
    return isMended && job.quarantine?.['reason'] !== 'TooManyDeletes'
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
          'Changing a mapping makes Entra begin a new initial cycle: everybody who is assigned is compared again. Nobody is doubled.',
        ]
      : []),
    ...(job && settings.get('SyncAll')?.toLowerCase() === 'true'
      ? ['Everybody was in scope until now. Entra looks at all of them again, and disables whoever is not assigned.']
      : []),
    ...(schema && hasScopingFilter(schema)
      ? ['A scoping filter narrows whom the users mapping takes. It is left as it is.']
      : []),
    ...settingsNotes(settings, desired),
    ...(assigned.size === 0 && desired.principals.length === 0
      ? ['Nobody is assigned, so nobody is provisioned: say --assign, or assign them in the portal.']
      : []),
  ];
}
