import type { JsonRecord } from '../commands/shared/json.ts';
import type { Site } from './apply-plan.ts';
import { readHistory } from './history.ts';
import { recordOf, recordsOf, textOf } from './json.ts';
import type { Session } from './session.ts';
import { siteFor } from './site.ts';

/** One line of Entra's provisioning log (Graph's provisioningObjectSummary). */
export interface LogEntry {
  readonly at: string;
  readonly action: string;
  readonly status: string;
  readonly userName: string;
  readonly objectId: string;
  /** BookMe's id. */
  readonly targetId: string;
  readonly reason: string;
}

/** Prints the provisioning log of each job, newest first. */
export async function logs(session: Session): Promise<void> {
  const { options, context } = session;
  for (const site of await siteFor(session)) {
    const entries = await readLog(session, site);
    const shown = options.failed ? entries.filter(({ status }) => status === 'failure') : entries;
    const history = await readHistory(session, site.desired.service.name);
    const joined = shown.map((entry) => ({ ...entry, atBookMe: history.get(entry.targetId || entry.objectId) ?? [] }));
    context.output.write(
      options.json
        ? `${JSON.stringify({ service: site.desired.service.name, entries: joined }, undefined, 2)}\n`
        : `${titleOf(site, joined.length)}${joined.map(showEntry).join('')}`,
    );
  }
}

/** Reads the log of a job. Entra writes it with a delay of 5 to 10 minutes. */
async function readLog({ graph, options, waiting }: Session, { job }: Site): Promise<readonly LogEntry[]> {
  const since = new Date(waiting.now().getTime() - options.since);
  const filter = encodeURIComponent(`jobId eq '${job.id}' and activityDateTime ge ${since.toISOString()}`);
  const items = await graph.list(`/auditLogs/provisioning?$filter=${filter}&$orderby=activityDateTime%20desc&$top=500`);
  const ofJob = items.filter((item) => !item['jobId'] || textOf(item['jobId']).toLowerCase() === job.id.toLowerCase());
  return ofJob.map(readEntry).toSorted((a, b) => b.at.localeCompare(a.at));
}

const titleOf = ({ desired }: Site, count: number): string =>
  `${desired.service.name}: ${count} entries. Entra writes them with a delay of 5 to 10 minutes.\n`;

function showEntry(entry: LogEntry & { readonly atBookMe: readonly string[] }): string {
  const { at, action, status, userName, objectId, targetId, reason, atBookMe } = entry;
  const target = targetId && targetId !== objectId ? `, id at BookMe ${targetId}` : '';
  return [
    `  ${at.slice(0, 19).replace('T', ' ')}  ${action} ${status}: ${userName} (${objectId}${target})\n`,
    ...(reason ? [`    ${reason}\n`] : []),
    ...atBookMe.map((line) => `    at BookMe: ${line}\n`),
  ].join('');
}

function readEntry(item: JsonRecord): LogEntry {
  const source = recordOf(item['sourceIdentity']);
  const info = recordOf(item['provisioningStatusInfo']);
  return {
    at: textOf(item['activityDateTime']),
    action: textOf(item['provisioningAction']),
    status: textOf(info['status']),
    userName: userNameOf(source),
    objectId: textOf(source['id']),
    targetId: textOf(recordOf(item['targetIdentity'])['id']),
    reason: reasonOf(item, recordOf(info['errorInformation'])),
  };
}

function userNameOf(source: JsonRecord): string {
  const details = source['details'];
  const pairs = recordsOf(details).map(({ key, value }) => [textOf(key).toLowerCase(), textOf(value)] as const);
  const named = new Map([
    ...pairs,
    ...Object.entries(recordOf(details)).map(([name, value]) => [name.toLowerCase(), textOf(value)] as const),
  ]);
  return named.get('userprincipalname') || textOf(source['displayName']) || 'unnamed';
}

/** The error or, if there is none, the step that did not succeed, which explains why a user was skipped. */
function reasonOf(item: JsonRecord, error: JsonRecord): string {
  const parts = [error['errorCode'], error['reason'], error['additionalDetails'], error['recommendedAction']]
    .map(textOf)
    .filter(Boolean);
  if (parts.length > 0) return parts.join(': ');
  const step = recordsOf(item['provisioningSteps']).find(({ status }) => textOf(status) !== 'success');
  return step ? textOf(step['description']) || textOf(step['name']) : '';
}
