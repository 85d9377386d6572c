import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, parseJson } from '../commands/shared/json.ts';
import { type AzContext, askAz, az, type EnvironmentName, type Place, runAz } from './az.ts';

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
 * The id of the subscription, so that later commands do not depend on a default, and the resource group, which is created if it does not exist and a location
 * is given. Throws CommandError, also if the resource group belongs to a different environment.
 */
export async function findPlace(options: PlaceOptions, context: AzContext): Promise<Place> {
  const { environment, resourceGroup, location, whatIf } = options;
  const account = parseJson(await askAz(az.account(options.subscription), context));
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
  await askAz(az.createGroup(place, location, environment), context);
  return place;
}

/** A resource group has a tag with the name of its environment. Throws CommandError if that is a different one. */
function checkTag(place: Place, environment: EnvironmentName, group: unknown): Place {
  const tags = isRecord(group) && isRecord(group['tags']) ? group['tags'] : {};
  const { environment: held = environment } = tags;
  if (held === environment) return place;
  throw new CommandError(
    `The resource group ${place.resourceGroup} contains the environment ${held}, according to its tag: use a different --resource-group, or --environment ${held}.`,
  );
}
