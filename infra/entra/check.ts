import { planWorkspace } from './diagnostic-setting.ts';
import { healthOf } from './health.ts';
import type { Plan } from './plan.ts';
import { readPlans, type Session } from './session.ts';
import { hasToken } from './settings.ts';
import { showDifference } from './show-plan.ts';
import { testConnection } from './test-connection.ts';

interface Finding {
  readonly service: string;
  readonly application: string | null;
  readonly differences: Plan['differences'];
  /** The problems of the job or the connection. */
  readonly problems: readonly string[];
  readonly facts: readonly string[];
  readonly notes: readonly string[];
}

/** Prints each difference and the health of each job. Resolves to the exit code: 0 if everything is in order, otherwise 2. */
export async function check(session: Session): Promise<number> {
  const findings: Finding[] = [];
  for (const plan of await readPlans(session)) findings.push(await findingOf(session, plan));
  const workspace = await planWorkspace(session);
  const { options, context } = session;
  const isWrong =
    workspace.length > 0 || findings.some(({ differences, problems }) => differences.length > 0 || problems.length > 0);
  context.output.write(
    options.json
      ? `${JSON.stringify({ ok: !isWrong, services: findings, workspace }, undefined, 2)}\n`
      : `${findings.map(show).join('\n')}${workspace.map((one) => `${showDifference(one)}\n`).join('')}\n${isWrong ? 'Something is not in order.' : 'Everything is in order.'}\n`,
  );
  return isWrong ? 2 : 0;
}

async function findingOf(session: Session, { desired, state, differences, notes }: Plan): Promise<Finding> {
  const { application, job, settings } = state;
  const health = job ? healthOf(job, session.waiting.now()) : { problems: [], facts: [] };
  const connection =
    application && job && hasToken(settings)
      ? await testConnection(session.graph, session.waiting, undefined, application.id, job.id)
      : undefined;
  const problems = [...health.problems, ...(connection === undefined ? [] : [`Test Connection failed. ${connection}`])];
  const facts = [...health.facts, ...tokenFacts(hasToken(settings), connection === undefined)];
  // the job's health already shows whether it runs
  const drift = differences.filter(({ part }) => part !== 'schedule' || !job);
  return {
    service: desired.service.name,
    application: application?.id ?? null,
    differences: drift,
    problems,
    facts,
    notes,
  };
}

const tokenFacts = (isStored: boolean, works: boolean): readonly string[] =>
  isStored
    ? [
        `Secret Token: stored. Entra does not show it, so it cannot be compared. Test Connection with it ${works ? 'succeeds' : 'fails'}.`,
      ]
    : [];

function show({ service, application, differences, problems, facts, notes }: Finding): string {
  const lines = [
    `${service}: ${application ?? 'no application'}`,
    ...facts.map((fact) => `  ${fact}`),
    ...differences.map(showDifference),
    ...problems.map((problem) => `  ! ${problem}`),
    ...notes.map((note) => `  Note: ${note}`),
  ];
  return `${lines.join('\n')}\n`;
}
