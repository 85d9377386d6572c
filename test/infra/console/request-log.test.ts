import { describe, expect, test } from '@jest/globals';
import { liveLog, noRequests } from '../../../infra/console/server/request-log.ts';

const DAY = 86_400_000;

function openLog() {
  const clock = { now: Date.parse('2026-11-30T12:00:00Z') };
  const log = liveLog(() => new Date(clock.now));
  const take = (fields: object) =>
    log.take(JSON.stringify({ record: 'request', service: 'rooms', tenant: 'contoso', ...fields }));
  return { clock, log, take };
}

describe('the log of a service in the same process', () => {
  test('has the last request, and the number of refusals for each reason', () => {
    const { log, take, clock } = openLog();
    take({ outcome: 'refused', refusedBy: 'invalidValue' });
    take({ outcome: 'refused', refusedBy: 'invalidValue', count: 5 });
    take({ outcome: 'refused', refusedBy: 'notFound' });
    clock.now += 1000;
    take({ outcome: 'created' });
    expect(log.of('rooms', 'contoso')).toEqual({
      last: new Date(clock.now),
      hasJob: false,
      refusals: [{ refusedBy: 'invalidValue', count: 6 }],
    });
  });

  test('forgets refusals after a day', () => {
    const { log, take, clock } = openLog();
    take({ outcome: 'refused', refusedBy: 'invalidValue', count: 5 });
    clock.now += DAY + 1;
    expect(log.of('rooms', 'contoso').refusals).toEqual([]);
    take({ outcome: 'refused', refusedBy: 'invalidValue' });
    expect(log.of('rooms', 'contoso').refusals).toEqual([{ refusedBy: 'invalidValue', count: 1 }]);
  });

  test.each(['', 'text', '[]', '{"record":"error"}', '{"record":"request"}'])('ignores the line %j', (line) => {
    const { log } = openLog();
    log.take(line);
    expect(log.of('rooms', 'contoso')).toEqual(noRequests);
  });
});
