import { CommandError } from '../commands/shared/command-error.ts';
import { type AzContext, az, type Place, runAz } from './az.ts';

/** In seconds: roles take up to ten minutes to count (https://learn.microsoft.com/azure/role-based-access-control/troubleshooting). */
export const PATIENCE = 15 * 60;
const PAUSE = 30;

/**
 * Uploads the package and has the app run it. After a first deployment the app may not write to its storage for some minutes, and after the door was
 * opened it takes a moment until it is: such refusals are tried again. Throws CommandError.
 */
export async function upload(
  { place, app, archive }: { readonly place: Place; readonly app: string; readonly archive: string },
  context: AzContext,
): Promise<void> {
  for (let waited = 0; ; waited += PAUSE) {
    const { code, stderr } = await runAz(az.upload(place, app, archive), context);
    // unhealthy or not, the package is there: how the app is, the next step finds out
    if (code === 0 || /Deployment was successful but the app appears to be unhealthy/.test(stderr)) return;
    const reason = waits.find(([sign]) => sign.test(stderr))?.[1];
    if (reason === undefined || waited >= PATIENCE)
      throw new CommandError('The package could not be uploaded, and az says above why.');
    context.output.write(`${reason}: again in ${PAUSE} seconds, for ${PATIENCE / 60} minutes.\n`);
    await context.wait(PAUSE);
  }
}

/** As the app's deployment site tells of a refusal by the app's storage, and App Service's front of one by the access restriction. */
const waits: readonly (readonly [RegExp, string])[] = [
  [
    /BlobUploadFailed|AuthorizationPermissionMismatch|AuthorizationFailure/,
    'The role of the app on its storage does not count yet, which takes up to ten minutes after it was given',
  ],
  [/Ip Forbidden|Status Code: 403/i, 'The deployment site does not let this machine in yet'],
];
