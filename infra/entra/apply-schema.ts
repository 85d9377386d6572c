import { CommandError } from '../commands/shared/command-error.ts';
import type { Site } from './apply-plan.ts';
import { soon } from './apply-settings.ts';
import { type Source, sourceOf } from './expression.ts';
import { jobPath } from './job.ts';
import type { DesiredMapping } from './mapping.ts';
import { parseExpression } from './parse-expression.ts';
import { retryWhileSettling } from './propagation.ts';
import { findMapping, refuseUnknownAttributes, schemaDifferences, wrongMembers } from './schema-differences.ts';
import { editSchema } from './schema-edit.ts';
import type { Session } from './session.ts';
import { showDifference } from './show-plan.ts';
import { readSchema } from './state.ts';
import type { SyncSchema } from './sync-schema.ts';

/** Writes the mappings if they differ: every write starts a new initial cycle. Resolves to whether it wrote them. */
export async function applySchema(session: Session, site: Site, planned: SyncSchema | undefined): Promise<boolean> {
  const { graph, waiting } = session;
  const { application, job, desired, settling } = site;
  const schema = await readSchema(graph, waiting, settling, application.id, job.id);
  refuseChanged(schema, planned);
  const differences = schemaDifferences(schema, desired.mappings);
  if (differences.length === 0) return false;
  refuseUnknownAttributes(schema, desired.mappings);
  if (!planned) waiting.progress(`The new job's mappings:\n${differences.map(showDifference).join('\n')}`);
  const text = editSchema(schema, desired.mappings, await sourcesFor(session, site, schema));
  waiting.progress('Writing the attribute mappings.');
  await retryWhileSettling(waiting, settling, 'the job', () =>
    graph.send('PUT', `${jobPath(application.id, job.id)}/schema`, text),
  );
  await readBack(session, site);
  return true;
}

/** Throws CommandError if the schema has changed since the plan was shown, so that another administrator's change is not overwritten. */
function refuseChanged(schema: SyncSchema, planned: SyncSchema | undefined): void {
  if (!planned || planned.version === schema.version) return;
  throw new CommandError(
    'The attribute mappings were changed by someone else since the plan was shown, so they were not written. Run apply again to see the new plan.',
  );
}

async function readBack(session: Session, { application, job, desired, settling }: Site): Promise<void> {
  const { graph, waiting } = session;
  const read = () => readSchema(graph, waiting, settling, application.id, job.id);
  const left = (schema: SyncSchema) => schemaDifferences(schema, desired.mappings);
  const schema = await retryWhileSettling(
    waiting,
    soon(session, settling),
    'the attribute mappings',
    read,
    (found) => left(found).length === 0,
  );
  const open = left(schema);
  if (open.length === 0) return;
  throw new CommandError(
    `Entra accepted the attribute mappings but does not return all of them yet. The job was not started:\n${open.map(showDifference).join('\n')}\nRun apply again in a few minutes.`,
  );
}

/** Finds the sources of the mappings that are new or changed. Graph parses the expressions. */
async function sourcesFor(
  session: Session,
  site: Site,
  schema: SyncSchema,
): Promise<(desired: DesiredMapping) => Source> {
  const sources = new Map<string, Source>();
  for (const desired of site.desired.mappings) {
    const node = findMapping(schema.users, desired.target);
    if (node && !wrongMembers(node, desired).includes('source')) continue;
    const known = sourceOf(desired.declared);
    sources.set(
      desired.target,
      known && known.type !== 'Function' ? known : await parseExpression(session, site, desired),
    );
  }
  return ({ target }) => {
    const source = sources.get(target);
    if (source) return source;
    throw new Error(`The source of ${target} was not resolved.`);
  };
}
