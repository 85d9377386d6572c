import { type Answer, type Client, patchOp, user } from '../service/client.ts';
import type { Scenario } from './scenarios.ts';

type Goal = Pick<Scenario, 'wanted' | 'gone'>;

/**
 * Does what Entra does next after any answer: matches by externalId, then by userName, and then creates, updates or deletes.
 * Returns what fails, or undefined.
 */
export async function takeNextStep(call: Client, goal: Goal): Promise<string | undefined> {
  const { wanted, gone = false } = goal;
  const found = await match(call, goal);
  if (typeof found === 'object') return `The match was answered ${found.status}.`;
  const answer = await write(call, goal, found);
  const isGone = gone && answer?.status === 404; // storage may have carried out an earlier DELETE in the meantime
  if (answer && answer.status >= 300 && !isGone) return `The next step was answered ${answer.status}: ${answer.text}`;
  const again = await match(call, goal);
  if (gone) return again === undefined ? undefined : 'The deleted user is still found.';
  const { body } = await call('GET', `/Users/${again}`);
  const isWanted = Object.entries(wanted).every(([name, value]) => body[name] === value);
  return isWanted ? undefined : `The next step left ${JSON.stringify(body)}.`;
}

/** The id of the user that Entra matches, undefined if it finds none, or an answer other than 200. */
async function match(call: Client, { wanted, gone }: Goal): Promise<Answer | string | undefined> {
  const byName = `userName eq "${wanted.userName}"`;
  for (const filter of gone ? [byName] : [`externalId eq "${wanted.externalId}"`, byName]) {
    const answer = await call('GET', `/Users?filter=${encodeURIComponent(filter)}`);
    if (answer.status !== 200) return answer;
    const [first] = answer.body['Resources'] as { id: string }[]; // a 200 is a ListResponse
    if (first) return first.id;
  }
  return undefined;
}

async function write(call: Client, { wanted, gone }: Goal, id: string | undefined): Promise<Answer | undefined> {
  if (gone) return id === undefined ? undefined : call('DELETE', `/Users/${id}`);
  if (id === undefined) return call('POST', '/Users', user(wanted));
  return call('PATCH', `/Users/${id}`, patchOp({ op: 'replace', value: wanted }));
}
