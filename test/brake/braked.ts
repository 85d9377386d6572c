import { randomUUID } from 'node:crypto';
import { brakesOf } from '../../shared/brake/brake.ts';
import type { BrakeSettings } from '../../shared/brake/brake-settings.ts';
import { inProcess } from '../operations/in-process.ts';
import { type Answer, type Client, patchOp, user } from '../service/client.ts';
import type { StorageProxy } from '../stand-ins/storage-proxy.ts';
import { changesOf, connectAzurite, type TableRow } from '../store/rows.ts';

export const MINUTE = 60_000;

/** A clock that stops until `pass` is called. */
export interface Clock {
  readonly now: () => Date;
  readonly pass: (milliseconds: number) => void;
}

export function newClock(): Clock {
  let at = Date.now();
  return {
    now: () => new Date(at),
    pass: (milliseconds) => {
      at += milliseconds;
    },
  };
}

/** Instances of the service with the brake on; each remembers by itself what it has seen. */
export interface Instance {
  readonly clientOf: (tenant: string, log?: (text: string) => void) => Client;
}

/** Starts an instance. Without `settings` the brake is off. */
export function startInstance(proxy: StorageProxy, settings: BrakeSettings | undefined, { now }: Clock): Instance {
  const table = connectAzurite(proxy.tables, 'advisors');
  const brakes = brakesOf(settings, table, now);
  return { clientOf: (tenant, log) => inProcess({ table, tenant, brakes, now, ...(log && { log }) }) };
}

/** Creates this many users, and returns their paths. */
export async function createUsers(call: Client, count: number): Promise<readonly string[]> {
  const create = () => call('POST', '/Users', user({ userName: randomUUID(), externalId: randomUUID() }));
  const answers = await Promise.all(Array.from({ length: count }, create));
  return answers.map(({ body }) => `/Users/${body['id']}`);
}

export const set = (values: object) => patchOp({ op: 'replace', value: values });

export const disable = (call: Client, path: string | undefined): Promise<Answer> =>
  call('PATCH', path ?? '', set({ active: false }));

/** Disables one user after another, and returns the statuses. */
export async function disableAll(call: Client, paths: readonly string[]): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (const path of paths) statuses.push((await disable(call, path)).status);
  return statuses;
}

/** The rows of the history that the brake counts. */
export const takenOutIn = async (tenant: string): Promise<readonly TableRow[]> =>
  (await changesOf('advisors', tenant)).filter(({ change }) => change === 'disabled' || change === 'deleted');
