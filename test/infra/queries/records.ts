import { randomUUID } from 'node:crypto';
import { HttpRequest, InvocationContext } from '@azure/functions';
import { authenticator } from '../../../shared/auth/authenticate.ts';
import { newToken } from '../../../shared/auth/token.ts';
import type { TokenVault } from '../../../shared/auth/token-vault.ts';
import { pipeline } from '../../../shared/http/pipeline.ts';
import { refusalSums } from '../../../shared/http/refusal-sums.ts';
import { maintain } from '../../../shared/maintenance/maintenance.ts';
import { list } from '../../../shared/operations/list.ts';
import type { Operation } from '../../../shared/operations/operation.ts';
import { validator } from '../../../shared/scim/validation.ts';
import { advisors } from '../../../shared/services/advisors.ts';
import { storeOf } from '../../../shared/store/store.ts';
import { clientOf, patchOp, user } from '../../service/client.ts';
import { type RunningService, startService } from '../../service/service.ts';
import { answerWith, cutBefore, isWrite, type StorageProxy, startStorageProxy } from '../../stand-ins/storage-proxy.ts';
import { tableOf } from '../../store/rows.ts';

const DAY = 86_400_000;
const SETTINGS = { SCIM_BRAKE: '2,1,60', SCIM_RATE_LIMIT: '1,30', SCIM_FAILED_TOKEN_LIMIT: '1,3' };

/** The texts that the service passes to context.log in a run with every outcome and every kind of refusal. */
export async function recordedRun(): Promise<readonly string[]> {
  const proxy = await startStorageProxy();
  const service = await startService(proxy.tables, SETTINGS);
  try {
    await meetOutcomes(service);
    await meetDamage(service);
    await meetRefusals(service);
    await meetStorageTrouble(service, proxy);
    return [...service.log, ...(await meetTokens()), ...(await meetMaintenance())];
  } finally {
    await service.stop();
    await proxy.stop();
  }
}

const set = (attributes: object) => patchOp({ op: 'Replace', value: attributes });

async function meetOutcomes(service: RunningService): Promise<void> {
  const call = clientOf(service, 'advisors', service.newTenant());
  const [externalId, other] = [randomUUID(), randomUUID()];
  const path = `/Users/${externalId}`;
  await call('GET', '/Users?filter=userName+eq+%22a%22');
  await call('POST', '/Users', user({ userName: 'a', externalId }));
  await call('GET', '/Users?filter=userName+eq+%22a%22');
  await call('GET', path);
  await call('GET', '/Users');
  await call('GET', '/Schemas');
  await call('PATCH', path, set({ displayName: 'A', department: 'B' }));
  await call('PATCH', path, set({ displayName: 'A' }));
  await call('PATCH', path, set({ active: 'False' }));
  await call('PATCH', path, set({ active: true }));
  await call('PUT', path, user({ userName: 'a', externalId }));
  await call('PATCH', path, set({ externalId: other }));
  await call('DELETE', path);
  for (const userName of ['a', 'b', 'c']) {
    const { body } = await call('POST', '/Users', user({ userName, externalId: randomUUID() }));
    await call('PATCH', `/Users/${body['id']}`, set({ active: false }));
  }
}

/** A list that finds a row that cannot be read. */
async function meetDamage(service: RunningService): Promise<void> {
  const tenant = service.newTenant();
  await tableOf(advisors.name).createEntity({ partitionKey: tenant.name, rowKey: randomUUID(), id: 'none' });
  await clientOf(service, 'advisors', tenant)('GET', '/Users');
}

async function meetRefusals(service: RunningService): Promise<void> {
  const call = clientOf(service, 'rooms', service.newTenant());
  await call('POST', '/Users', user({ userName: 'room' }));
  await call('POST', '/Users', user({ userName: 'room' }));
  await call('GET', '/Users/nobody');
  await call('POST', '/Bulk');
  await call('GET', '/Users?filter=x');
  await Promise.all(Array.from({ length: 40 }, () => call('GET', '/ResourceTypes')));
  const tenant = service.newTenant();
  const { status } = await clientOf(service, 'rooms', { ...tenant, rooms: newToken(tenant.name) })('GET', '/Users');
  if (status !== 401) throw new Error('A wrong token should have been refused.');
}

async function meetStorageTrouble(service: RunningService, proxy: StorageProxy): Promise<void> {
  const call = clientOf(service, 'advisors', service.newTenant());
  for (const treatment of [answerWith(503), cutBefore]) {
    proxy.meet(isWrite, treatment, 3);
    await call('POST', '/Users', user({ userName: randomUUID() }));
    proxy.calm();
  }
}

/** What needs a key vault: tokens with dates, and a key vault that does not answer. Also an unexpected error. */
async function meetTokens(): Promise<readonly string[]> {
  const log: string[] = [];
  const token = newToken('contoso');
  const dates = { createdOn: new Date(Date.now() - 90 * DAY), expiresOn: new Date(Date.now() + 20 * DAY) };
  const vault: TokenVault = {
    listSecrets: async () => new Map([['scim-advisors-contoso', undefined]]),
    readVersions: async () => [{ token, ...dates }],
  };
  const silent: TokenVault = { ...vault, listSecrets: () => Promise.reject(new Error('no answer')) };
  const fail: Operation = () => Promise.reject(Object.assign(new TypeError('a fault'), { code: 'E', statusCode: 400 }));
  await callOnce(vault, list, token, log);
  await callOnce(silent, list, token, log);
  await callOnce(vault, fail, token, log);
  return log;
}

/** A nightly maintenance with a finding, and one whose time is up before it starts. */
async function meetMaintenance(): Promise<readonly string[]> {
  const log: string[] = [];
  const table = tableOf('recorded');
  await table.createTable();
  await table.createEntity({ partitionKey: 'contoso', rowKey: randomUUID(), id: 'none' });
  const parts = { service: advisors, table, keep: DAY, now: () => new Date(), log: (text: string) => log.push(text) };
  await maintain(parts);
  await maintain({ ...parts, runLimit: 0 });
  return log;
}

async function callOnce(vault: TokenVault, operation: Operation, token: string, log: string[]): Promise<void> {
  const type = advisors.resourceType;
  const provider = {
    service: advisors,
    base: 'https://api.example.com/advisors/scim',
    validator: validator(type),
    store: storeOf({ table: tableOf(advisors.name), type, now: () => new Date(), newId: randomUUID }),
    sums: refusalSums(),
    brakes: () => ({ check: async () => undefined }),
  };
  const logHandler = (_level: string, ...texts: unknown[]) => log.push(texts.join(' '));
  const context = new InvocationContext({ functionName: 'AdvisorsList', logHandler });
  const headers = { authorization: `Bearer ${token}` };
  const request = new HttpRequest({ url: `${provider.base}/Users`, method: 'GET', headers, params: { scim: 'scim' } });
  await pipeline(authenticator(vault), provider, operation)(request, context);
}
