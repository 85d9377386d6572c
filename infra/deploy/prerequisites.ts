import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, parseJson } from '../commands/shared/json.ts';
import { type AzContext, az, type EnvironmentName, type Place, runAz } from './az.ts';
import { azFailure } from './az-error.ts';

/**
 * The oldest Azure CLI that is good for this: since then its upload to Flex Consumption ends where an access restriction keeps it from
 * looking at the app (https://github.com/Azure/azure-cli/pull/33388, merged 2026-05-26), and it knows the app's own certificates
 * (https://github.com/Azure/azure-cli/pull/33443).
 */
export const OLDEST_CLI = '2.88.0';

/** What is deployed, and where. */
export interface DeployOptions {
  readonly environment: EnvironmentName;
  readonly whatIf: boolean;
  /** Name or id; undefined: the sign-in's default. */
  readonly subscription: string | undefined;
  readonly resourceGroup: string;
  /** Where a resource group that does not exist is made; undefined: none is made. */
  readonly location: string | undefined;
  /** A Secret Token to test the connection with. */
  readonly token: string | undefined;
  /** The service whose token that is. */
  readonly service: string;
}

/** Checks the Azure CLI, the sign-in and the subscription, and finds or makes the resource group. Throws CommandError. */
export async function checkPrerequisites(options: DeployOptions, context: AzContext): Promise<Place> {
  await checkVersion(context);
  const subscription = await findSubscription(options, context);
  const place = { subscription, resourceGroup: options.resourceGroup };
  await findGroup(options, place, context);
  return place;
}

async function checkVersion(context: AzContext): Promise<void> {
  const { stdout } = await runAz(az.version(), context);
  const versions = parseJson(stdout);
  const version = isRecord(versions) ? String(versions['azure-cli']) : 'of an unknown version';
  const isKnown = /^\d+\.\d+\.\d+/.test(version);
  if (isKnown && version.localeCompare(OLDEST_CLI, 'en', { numeric: true }) >= 0) return;
  throw new CommandError(`The Azure CLI here is ${version}, and ${OLDEST_CLI} or later is needed: run az upgrade.`);
}

/** The id of the subscription, so that no later command depends on a default. */
async function findSubscription({ subscription }: DeployOptions, context: AzContext): Promise<string> {
  const ended = await runAz(az.account(subscription), context);
  if (ended.code !== 0 && /Subscription .* not found/.test(ended.stderr))
    throw new CommandError(
      `This sign-in has no subscription ${subscription}: az account list shows what it has; az login --tenant signs in elsewhere.`,
    );
  if (ended.code !== 0) throw azFailure('az account show failed', ended);
  const account = parseJson(ended.stdout);
  if (!isRecord(account) || typeof account['id'] !== 'string')
    throw new CommandError('az account show gave no subscription: run az login.');
  const { id, name, state, user } = account;
  if (state !== 'Enabled')
    throw new CommandError(`The subscription ${name} (${id}) is ${state}: nothing can be deployed.`);
  const who = isRecord(user) ? user['name'] : 'somebody';
  context.output.write(`Signed in as ${who}; subscription ${name} (${id}).\n`);
  return id;
}

async function findGroup(options: DeployOptions, place: Place, context: AzContext): Promise<void> {
  const { environment, location, whatIf } = options;
  const ended = await runAz(az.group(place), context);
  if (ended.code === 0) return checkTag(options, parseJson(ended.stdout));
  if (!/ResourceGroupNotFound/.test(ended.stderr)) throw azFailure('az group show failed', ended);
  const missing = `There is no resource group ${place.resourceGroup} in the subscription ${place.subscription}.`;
  if (whatIf) throw new CommandError(`${missing} Before the first deployment there is nothing to compare with.`);
  if (!location)
    throw new CommandError(
      `${missing} If this is the right subscription and the first deployment, say --location <region>, and it is made; else say --subscription.`,
    );
  const made = await runAz(az.createGroup(place, location, environment), context);
  if (made.code !== 0) throw azFailure(`The resource group ${place.resourceGroup} could not be made`, made);
}

/** A group says in a tag which environment it holds: test is never deployed over production. */
function checkTag({ environment, resourceGroup }: DeployOptions, group: unknown): void {
  const tags = isRecord(group) && isRecord(group['tags']) ? group['tags'] : {};
  const { environment: held } = tags;
  if (held === undefined || held === environment) return;
  throw new CommandError(
    `The resource group ${resourceGroup} holds the environment ${held}, by its tag: say another --resource-group, or --environment ${held}.`,
  );
}
