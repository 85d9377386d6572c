import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, parseJson } from '../commands/shared/json.ts';
import { type AzContext, az, type EnvironmentName, type Place, readAz, runAz } from './az.ts';

/** The options that determine the place of a deployment. */
export interface PlaceOptions {
  readonly environment: EnvironmentName;
  /** Name or id; undefined for the default subscription of the az sign-in. */
  readonly subscription: string | undefined;
  readonly resourceGroup: string;
  /** The region in which to create the resource group if it does not exist; undefined to create none. */
  readonly location: string | undefined;
  readonly whatIf: boolean;
}

/**
 * Finds the id of the subscription, so that later commands do not depend on a default, and the resource group. If a location is given, a missing resource
 * group is created. Throws CommandError if something is missing, or if the resource group belongs to a different environment.
 */
export async function findPlace(options: PlaceOptions, context: AzContext): Promise<Place> {
  const { environment, resourceGroup, location, whatIf } = options;
  const account = parseJson(await readAz(az.account(options.subscription), context));
  if (!isRecord(account) || typeof account['id'] !== 'string')
    throw new CommandError('az account show returned no subscription: run az login.');
  const place = { subscription: account['id'], resourceGroup };
  const found = await runAz(az.group(place), context);
  if (found.code === 0) return checkTag(place, environment, parseJson(found.stdout));
  if (!/ResourceGroupNotFound/.test(found.stderr))
    throw new CommandError('az group show failed. Its message is above.');
  if (!location || whatIf)
    throw new CommandError(
      `There is no resource group ${resourceGroup} in ${account['name']}. If this is the right subscription, use --location <region> to create the resource group.`,
    );
  await readAz(az.createGroup(place, location, environment), context);
  return place;
}

/** Throws CommandError if the tag of the resource group names a different environment. */
function checkTag(place: Place, environment: EnvironmentName, group: unknown): Place {
  const tags = isRecord(group) && isRecord(group['tags']) ? group['tags'] : {};
  const { environment: tagged = environment } = tags;
  if (tagged === environment) return place;
  throw new CommandError(
    `The resource group ${place.resourceGroup} contains the environment ${tagged}, according to its tag: use a different --resource-group, or --environment ${tagged}.`,
  );
}
