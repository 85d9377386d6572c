import { CommandError } from '../commands/shared/command-error.ts';
import { describeTarget, targetOf } from '../commands/shared/target.ts';
import { applyPlan } from './apply-plan.ts';
import { applyWorkspace, planWorkspace } from './diagnostic-setting.ts';
import type { Difference } from './difference.ts';
import type { Plan } from './plan.ts';
import { refuseUnknownAttributes } from './schema-differences.ts';
import { obtainToken, type SecretToken } from './secret-token.ts';
import { readPlans, type Session } from './session.ts';
import { needsToken } from './settings.ts';
import { plansAsJson, showDifference, showPlan, showState, summaryOf } from './show-plan.ts';

/** Shows what apply would do. Resolves to the exit code: 0 if there is nothing to do, otherwise 2. */
export async function plan(session: Session): Promise<number> {
  const plans = await readFeasiblePlans(session);
  const workspace = await planWorkspace(session);
  show(session, plans, workspace);
  return plans.some(({ differences }) => differences.length > 0) || workspace.length > 0 ? 2 : 0;
}

/** Shows the plan, asks for confirmation and carries it out, then reads back the result. Resolves to the exit code: 2 if something is still different. */
export async function apply(session: Session): Promise<number> {
  const plans = await readFeasiblePlans(session);
  const workspace = await planWorkspace(session);
  const to = session.options.json ? 'errors' : 'output';
  const { context, options } = session;
  if (options.issueTo)
    context[to].write(describeTarget(targetOf({ tables: undefined, vault: options.issueTo }, context.environment)));
  showAsText(session, plans, workspace, to);
  const open = plans.filter(
    ({ differences, state, desired }) => differences.length > 0 || wantsToken(session, { state, desired }),
  );
  if (open.length === 0 && workspace.length === 0) return report(session, plans);
  await confirm(session);
  const tokens = await obtainTokens(session, open);
  for (const one of open) await applyPlan(session, one, tokens.get(one.desired.service.name));
  await applyWorkspace(session, workspace);
  return report(session, await readPlans(session));
}

/** Reads the plans. Throws CommandError if a mapping uses an attribute that the application does not list. */
async function readFeasiblePlans(session: Session): Promise<readonly Plan[]> {
  const plans = await readPlans(session);
  for (const { state, desired } of plans) if (state.schema) refuseUnknownAttributes(state.schema, desired.mappings);
  return plans;
}

/** Whether a token must be entered: none is stored for this Tenant URL, or --new-token is given. */
const wantsToken = ({ options }: Session, { state, desired }: Pick<Plan, 'state' | 'desired'>): boolean =>
  options.newToken || needsToken(state.settings, desired);

/** Returns a function for each token. The user types tokens before anything is changed; the key vault makes a token only when it is needed. */
async function obtainTokens(
  session: Session,
  plans: readonly Plan[],
): Promise<ReadonlyMap<string, () => Promise<SecretToken>>> {
  const tokens = new Map<string, () => Promise<SecretToken>>();
  for (const one of plans.filter((each) => wantsToken(session, each))) {
    const obtain = () => obtainToken(session.options, one.desired.service, session.context);
    const early = session.options.issueTo ? undefined : await obtain();
    tokens.set(one.desired.service.name, early ? async () => early : obtain);
  }
  return tokens;
}

async function confirm({ options, context, identity }: Session): Promise<void> {
  if (options.yes) return;
  const question = `Do this in ${identity.tenantName} (${identity.tenantId}) as ${identity.user}? Type yes: `;
  if (!/^y(es)?$/i.test((await context.ask(question)).trim())) throw new CommandError('Nothing was changed.');
}

function show(session: Session, plans: readonly Plan[], workspace: readonly Difference[]): void {
  const { options, context } = session;
  const asJson = () => `${JSON.stringify({ services: plansAsJson(plans), workspace }, undefined, 2)}\n`;
  if (options.json) context.output.write(asJson());
  else showAsText(session, plans, workspace, 'output');
}

/** Shows the plan as text. With --json it is written to the error stream, so that the user can read it before confirming. */
function showAsText(
  { context }: Session,
  plans: readonly Plan[],
  workspace: readonly Difference[],
  to: 'output' | 'errors',
): void {
  const tenantWide = workspace.length > 0 ? [`the whole tenant\n${workspace.map(showDifference).join('\n')}\n`] : [];
  const summary = summaryOf([...plans.flatMap(({ differences }) => differences), ...workspace]);
  context[to].write(`${[...plans.map(showPlan), ...tenantWide].join('\n')}\nPlan: ${summary}\n`);
}

/** Prints the current state of the tenant. Returns the exit code: 2 if something is still different. */
function report({ options, context }: Session, plans: readonly Plan[]): number {
  const open = plans.flatMap(({ differences }) => differences);
  const text = options.json
    ? `${JSON.stringify({ services: plansAsJson(plans) }, undefined, 2)}\n`
    : `\nIn the tenant now:\n${plans.map(showState).join('')}${open.map((one) => `still different:${showDifference(one)}\n`).join('')}`;
  context.output.write(text);
  return open.length > 0 ? 2 : 0;
}
