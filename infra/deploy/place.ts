import { CommandError } from '../commands/shared/command-error.ts';
import { isRecord, parseJson } from '../commands/shared/json.ts';
import { type AzContext, askAz, az, type EnvironmentName, type Place, runAz } from './az.ts';

export interface PlaceOptions {
  readonly environment: EnvironmentName;
  /** Name or id; undefined: the sign-in's default. */
  readonly subscription: string | undefined;
  readonly resourceGroup: string;
  /** Where a resource group that does not exist is made; undefined: none is made. */
  readonly location: string | undefined;
  readonly whatIf: boolean;
}

/**
 * The id of the subscription, so that no later command depends on a default, and the resource group, which is made where it is missing and a location
 * is given. Throws CommandError; test is never deployed over production.
 */
export async function findPlace(options: PlaceOptions, context: AzContext): Promise<Place> {
  const { environment, resourceGroup, location, whatIf } = options;
  const account = parseJson(await askAz(az.account(options.subscription), context));
  if (!isRecord(account) || typeof account['id'] !== 'string')
    throw new CommandError('az account show gave no subscription: run az login.');
  const place = { subscription: account['id'], resourceGroup };
  const found = await runAz(az.group(place), context);
  if (found.code === 0) return checkTag(place, environment, parseJson(found.stdout));
  if (!/ResourceGroupNotFound/.test(found.stderr)) throw new CommandError('az group show failed, and says above why.');
  if (!location || whatIf)
    throw new CommandError(
      `There is no resource group ${resourceGroup} in ${account['name']}. If this is the right subscription, deploy with --location <region>, and it is made.`,
    );
  await askAz(az.createGroup(place, location, environment), context);
  return place;
}

/** A group says in a tag which environment it holds. */
function checkTag(place: Place, environment: EnvironmentName, group: unknown): Place {
  const tags = isRecord(group) && isRecord(group['tags']) ? group['tags'] : {};
  const { environment: held = environment } = tags;
  if (held === environment) return place;
  throw new CommandError(
    `The resource group ${place.resourceGroup} holds the environment ${held}, by its tag: say another --resource-group, or --environment ${held}.`,
  );
}
