import { randomUUID } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import { limitFor } from '../../shared/brake/brake.ts';
import { type BrakeLog, type BrakeState, brakeLog } from '../../shared/brake/brake-log.ts';
import { type BrakeSettings, settingsInForce } from '../../shared/brake/brake-settings.ts';
import { readBrake } from '../../shared/config.ts';
import type { Service } from '../../shared/services/service.ts';
import { startCalls } from '../../shared/store/calls.ts';
import { connectTable } from '../../shared/store/connect.ts';
import { storeOf } from '../../shared/store/store.ts';
import { tenantsOf } from '../../shared/store/tenants.ts';
import type { AzureContext } from '../commands/shared/command.ts';
import { CommandError } from '../commands/shared/command-error.ts';
import { explainReadFailure, PATIENCE, type TenantData } from './tenant-data.ts';

/** The brake of one service for one tenant. */
export interface BrakeStatus {
  readonly service: string;
  readonly tenant: string;
  /** How many resources are active now. */
  readonly active: number;
  /** How many resources were disabled or deleted within the window, and how many are allowed. */
  readonly counted: number;
  readonly limit: number;
  readonly limits: BrakeSettings | 'off';
  /** Whether the limits are the defaults, because no instance of the service has written its own yet. */
  readonly isAssumed: boolean;
  readonly state: BrakeState;
}

/** The state of a brake without its service and tenant. */
export type BrakeSummary = Omit<BrakeStatus, 'service' | 'tenant' | 'active'>;

/** The brakes to read. */
interface Brakes {
  readonly tables: string;
  readonly services: readonly Service[];
  /** Only the brakes of this tenant; undefined for all tenants. */
  readonly tenant: string | undefined;
}

type Context = Pick<AzureContext, 'credential' | 'now'>;

/** Reads the brakes, service by service. Throws CommandError if the tables cannot be read. */
export async function readBrakes({ tables, services, tenant }: Brakes, context: Context): Promise<BrakeStatus[]> {
  const found: BrakeStatus[] = [];
  try {
    for (const service of services) {
      const opened = await openService(tables, service, context);
      const names = tenant === undefined ? tenantsOf(opened.table, (call) => newCalls().readPage(call)) : [tenant];
      for await (const name of names) found.push(await statusOf(openBrake(name, opened)));
    }
    return found;
  } catch (error) {
    throw explainReadFailure(error);
  }
}

/** A release of one brake. */
interface Release {
  readonly tables: string;
  readonly service: Service;
  readonly tenant: string;
  readonly until: Date;
}

/**
 * Releases a brake until the given time. Throws CommandError if the tenant has no resources: the name may be mistyped, and the right brake would stay
 * engaged.
 */
export async function releaseBrake(
  { tables, service, tenant, until }: Release,
  context: Context,
): Promise<BrakeStatus> {
  try {
    const brake = openBrake(tenant, await openService(tables, service, context));
    const { active, counted, state } = await statusOf(brake);
    if (active === 0 && counted === 0 && state.kind === 'open')
      throw new CommandError(
        `The tenant ${tenant} has no active ${service.name}: there is nothing to release. Check its name with npm run tenant -- list.`,
      );
    await brake.log.release(until);
    return await statusOf(brake);
  } catch (error) {
    throw explainReadFailure(error);
  }
}

interface OpenedService extends Context {
  readonly service: Service;
  readonly table: TableClient;
  readonly limits: Limits;
}

async function openService(tables: string, service: Service, context: Context): Promise<OpenedService> {
  const table = connectTable({ tables, name: service.name }, context.credential);
  return { ...context, service, table, limits: await settingsInForce(table) };
}

interface OpenedBrake {
  readonly opened: OpenedService;
  readonly tenant: string;
  readonly log: BrakeLog;
  readonly countActive: () => Promise<number>;
}

function openBrake(tenant: string, opened: OpenedService): OpenedBrake {
  const { table, service, limits, now } = opened;
  const open = storeOf({ table, type: service.resourceType, now, newId: randomUUID, patience: PATIENCE });
  const log = openBrakeLog({ table, tenant, now }, limits);
  return { opened, tenant, log, countActive: () => open(tenant, '').countInUse() };
}

const newCalls = () => startCalls(PATIENCE);

async function statusOf({ opened, tenant, log, countActive }: OpenedBrake): Promise<BrakeStatus> {
  const summaryFor = await summariseBrake(log, opened.limits);
  const active = await countActive();
  return { service: opened.service.name, tenant, active, ...summaryFor(active) };
}

/** The limits that a service has written; undefined if it has not written any yet. */
type Limits = BrakeSettings | 'off' | undefined;

/** The limits of a service for which SCIM_BRAKE is not set. */
const DEFAULTS = readBrake() ?? { floor: 0, percent: 0, minutes: 0 };
const settingsOf = (limits: Limits): BrakeSettings => (limits === undefined || limits === 'off' ? DEFAULTS : limits);

/** Opens the log of a tenant's brake. */
export const openBrakeLog = (
  { table, tenant, now }: Pick<TenantData, 'table' | 'tenant' | 'now'>,
  limits: Limits,
): BrakeLog =>
  brakeLog({ table, tenant, calls: newCalls(), now, settings: settingsOf(limits), disabledOrDeleted: new Map() });

/** Reads a brake. The returned function takes the number of active resources, on which the limit depends. */
export async function summariseBrake(log: BrakeLog, limits: Limits): Promise<(active: number) => BrakeSummary> {
  const { counted, state } = await log.read();
  return (active) => ({
    counted,
    limit: limitFor(settingsOf(limits), active + counted),
    limits: limits ?? DEFAULTS,
    isAssumed: limits === undefined,
    state,
  });
}
