import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, parseJson } from '../provision/json.ts';
import type { DeployOptions } from './arguments.ts';
import { az, type Place, runAz, type Surroundings } from './az.ts';
import { azFailure } from './az-error.ts';

/**
 * The oldest Azure CLI that is good for this: since then its upload to Flex Consumption ends where an access restriction keeps it from
 * looking at the app (https://github.com/Azure/azure-cli/pull/33388, merged 2026-05-26), and it knows the app's own certificates
 * (https://github.com/Azure/azure-cli/pull/33443).
 */
export const OLDEST_CLI = '2.88.0';

/** Checks the Azure CLI, the sign-in and the subscription, and finds or makes the resource group. Throws CommandError. */
export async function checkPrerequisites(options: DeployOptions, surroundings: Surroundings): Promise<Place> {
  await checkVersion(surroundings);
  const subscription = await findSubscription(options, surroundings);
  const place = { subscription, resourceGroup: options.resourceGroup };
  await findGroup(options, place, surroundings);
  return place;
}

async function checkVersion(surroundings: Surroundings): Promise<void> {
  const { stdout } = await runAz(az.version(), surroundings);
  const versions = parseJson(stdout);
  const version = isRecord(versions) ? String(versions['azure-cli']) : 'of an unknown version';
  const isKnown = /^\d+\.\d+\.\d+/.test(version);
  if (isKnown && version.localeCompare(OLDEST_CLI, 'en', { numeric: true }) >= 0) return;
  throw new CommandError(`The Azure CLI here is ${version}, and ${OLDEST_CLI} or later is needed: run az upgrade.`);
}

/** The id of the subscription, so that no later command depends on a default. */
async function findSubscription({ subscription }: DeployOptions, surroundings: Surroundings): Promise<string> {
  const ended = await runAz(az.account(subscription), surroundings);
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
  surroundings.output.write(`Signed in as ${who}; subscription ${name} (${id}).\n`);
  return id;
}

async function findGroup(options: DeployOptions, place: Place, surroundings: Surroundings): Promise<void> {
  const { environment, location, whatIf } = options;
  const ended = await runAz(az.group(place), surroundings);
  if (ended.code === 0) return checkTag(options, parseJson(ended.stdout));
  if (!/ResourceGroupNotFound/.test(ended.stderr)) throw azFailure('az group show failed', ended);
  const missing = `There is no resource group ${place.resourceGroup} in the subscription ${place.subscription}.`;
  if (whatIf) throw new CommandError(`${missing} Before the first deployment there is nothing to compare with.`);
  if (!location)
    throw new CommandError(
      `${missing} If this is the right subscription and the first deployment, say --location <region>, and it is made; else say --subscription.`,
    );
  const made = await runAz(az.createGroup(place, location, environment), surroundings);
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
