import { describe, expect, test } from '@jest/globals';
import { type DirectoryUser, sourceValues } from '../../../infra/provision/mapping.ts';
import { planCycle } from '../../../infra/provision/plan.ts';
import type { Link, State } from '../../../infra/provision/state.ts';
import { anna, bo } from './sample-users.ts';

const linkOf = (user: DirectoryUser, id = `id of ${user.displayName}`): Link => ({
  id,
  assigned: user.assigned,
  values: sourceValues(user),
});

const stateOf = (...users: readonly DirectoryUser[]): State => ({
  key: 'k',
  users: new Map(users.map((user) => [user.id, linkOf(user)])),
});

const nothing = { leavers: [], others: [], unchanged: [], skipped: [], forgotten: [] };
const unassigned = { ...anna, assigned: false };
const blocked = { ...anna, accountEnabled: false };
const deleted = { ...anna, deletedDateTime: '2026-11-22T16:04:11Z' };

describe('planCycle', () => {
  test('provisions all users in scope in the initial cycle', () => {
    const others = [anna, bo].map((user) => ({ kind: 'provision', user, id: undefined }));
    expect(planCycle([anna, bo], stateOf())).toEqual({ ...nothing, others });
  });

  test.each([unassigned, deleted])('sends nothing for a user who was never provisioned and is out of scope', (user) => {
    expect(planCycle([user], stateOf())).toEqual({ ...nothing, skipped: [user] });
  });

  test('looks for a blocked user, who may be in the service already', () => {
    const leavers = [{ kind: 'provision', user: blocked, id: undefined }];
    expect(planCycle([blocked], stateOf())).toEqual({ ...nothing, leavers });
  });

  test('does not update users who did not change', () => {
    expect(planCycle([anna, bo], stateOf(anna, bo))).toEqual({ ...nothing, unchanged: [anna, bo] });
  });

  test('looks up all users if everything must be matched again', () => {
    const others = [{ kind: 'provision', user: anna, id: 'id of Anna Ø' }];
    expect(planCycle([anna], stateOf(anna), { everything: true })).toEqual({ ...nothing, others });
  });

  test('updates users who changed, with the saved id', () => {
    const renamed = { ...anna, displayName: 'Anna Holm' };
    const others = [{ kind: 'provision', user: renamed, id: 'id of Anna Ø' }];
    expect(planCycle([renamed, bo], stateOf(anna, bo))).toEqual({ ...nothing, others, unchanged: [bo] });
  });

  test.each([unassigned, blocked, deleted])('disables users who left before it provisions the others', (leaver) => {
    const { leavers, others } = planCycle([bo, leaver], stateOf(anna));
    expect(leavers).toEqual([{ kind: 'provision', user: leaver, id: 'id of Anna Ø' }]);
    expect(others).toEqual([{ kind: 'provision', user: bo, id: undefined }]);
  });

  test('sends nothing for a disabled user whose other attributes change', () => {
    const renamed = { ...deleted, userPrincipalName: `0a21${anna.userPrincipalName}` };
    expect(planCycle([renamed], stateOf(blocked))).toEqual({ ...nothing, unchanged: [renamed] });
  });

  test('restores users who are back in scope', () => {
    const others = [{ kind: 'provision', user: anna, id: 'id of Anna Ø' }];
    expect(planCycle([anna], stateOf(unassigned))).toEqual({ ...nothing, others });
  });

  test.each([anna, blocked, deleted])('deletes a user who was assigned when the directory deleted them', (user) => {
    const leavers = [{ kind: 'delete', objectId: anna.id, userName: anna.userPrincipalName, id: 'id of Anna Ø' }];
    expect(planCycle([], stateOf(user))).toEqual({ ...nothing, leavers });
  });

  test('does not delete a user who was unassigned before', () => {
    expect(planCycle([], stateOf(unassigned))).toEqual({ ...nothing, forgotten: [anna.id] });
  });
});
