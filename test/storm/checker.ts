import type { Event } from './event.ts';
import { carriedOut, explain, keyOf, type State } from './model.ts';

/** One order in which the requests so far may have taken effect: the state after it, and the unanswered requests that it contains. */
interface Possibility {
  readonly state: State;
  readonly done: ReadonlySet<Event>;
}

/** If there are more possibilities than this, the test has a mistake: too many clients share one tenant. */
const MOST_POSSIBILITIES = 20_000;

/**
 * Searches for a serial order that explains every answer, where each request takes effect at one moment between its start and its answer
 * (linearizability; the search is Wing and Gong's, one answer at a time). Returns an answer that no order explains, or undefined.
 */
export function findContradiction(history: readonly Event[]): string | undefined {
  let possible: readonly Possibility[] = [{ state: new Map(), done: new Set() }];
  const unanswered = new Set<Event>();
  for (const { event, isStart } of moments(history)) {
    if (isStart) {
      unanswered.add(event);
      possible = distinct(possible.map((one) => settle(one, unanswered)));
      continue;
    }
    const before = possible;
    possible = afterAnswer(before, event, unanswered);
    unanswered.delete(event);
    if (possible.length === 0) return describe(history, event, before);
    if (possible.length > MOST_POSSIBILITIES) throw new Error('There are too many possibilities to look at.');
  }
  return undefined;
}

/** The starts and the answers of all requests in the order of time. At the same time, starts are first. */
function moments(history: readonly Event[]) {
  const starts = history.map((event) => ({ event, isStart: true, at: event.started }));
  const ends = history.map((event) => ({ event, isStart: false, at: event.ended }));
  return [...starts, ...ends].sort((one, other) => one.at - other.at || Number(other.isStart) - Number(one.isStart));
}

/** The possibilities in which the request has taken effect. */
function afterAnswer(before: readonly Possibility[], event: Event, unanswered: ReadonlySet<Event>) {
  const after: Possibility[] = [];
  const visited = new Set<string>();
  const open = [...before];
  for (let one = open.pop(); one; one = open.pop()) {
    const key = possibilityKey(one);
    if (visited.has(key)) continue;
    visited.add(key);
    if (one.done.has(event)) after.push(without(one, event));
    else open.push(...steps(one, unanswered));
  }
  return distinct(after);
}

/** The possibilities after one more of the unanswered requests takes effect. */
function steps(one: Possibility, unanswered: ReadonlySet<Event>): readonly Possibility[] {
  return [...unanswered]
    .filter((event) => !one.done.has(event))
    .flatMap((event) => {
      const states = [explain(one.state, event), ...(event.status === 503 ? [carriedOut(one.state, event)] : [])];
      return states.flatMap((state) =>
        state ? [settle({ state, done: new Set([...one.done, event]) }, unanswered)] : [],
      );
    });
}

/** Lets requests that change nothing take effect as soon as they can, because a later moment would not explain more. */
function settle(one: Possibility, unanswered: ReadonlySet<Event>): Possibility {
  const settled = [...unanswered].filter(
    (event) => !one.done.has(event) && event.status !== 503 && explain(one.state, event) === one.state,
  );
  return settled.length === 0 ? one : { ...one, done: new Set([...one.done, ...settled]) };
}

const without = ({ state, done }: Possibility, event: Event): Possibility => ({
  state,
  done: new Set([...done].filter((other) => other !== event)),
});

const distinct = (possible: readonly Possibility[]): readonly Possibility[] => [
  ...new Map(possible.map((one) => [possibilityKey(one), one])).values(),
];

const possibilityKey = ({ state, done }: Possibility): string =>
  `${keyOf(state)}\n${[...done]
    .map(({ number }) => number)
    .sort()
    .join(' ')}`;

function describe(history: readonly Event[], event: Event, before: readonly Possibility[]): string {
  const around = history.filter((one) => one.ended > event.started - 100 && one.started <= event.ended);
  return [
    `No order of the requests explains this answer: ${JSON.stringify(event)}`,
    'The users that the service may have had before it:',
    ...before.slice(0, 5).map(({ state }) => JSON.stringify([...state.values()])),
    'The requests shortly before it and at the same time:',
    ...around.map((one) => JSON.stringify(one)),
  ].join('\n');
}
