import { CommandError } from '../commands/shared/command-error.ts';
import { type AzContext, az, type Place, runAz } from './az.ts';

/** How long to retry, in seconds. A new role assignment takes up to ten minutes to take effect (https://learn.microsoft.com/azure/role-based-access-control/troubleshooting). */
export const PATIENCE = 15 * 60;
const PAUSE = 30;

/**
 * Uploads the package, which the app then runs. The upload is repeated if it is refused because the app's role on its storage or the temporary access rule has
 * not taken effect yet. Throws CommandError.
 */
export async function upload(
  { place, app, archive }: { readonly place: Place; readonly app: string; readonly archive: string },
  context: AzContext,
): Promise<void> {
  for (let waited = 0; ; waited += PAUSE) {
    const { code, stderr } = await runAz(az.upload(place, app, archive), context);
    // the package was uploaded even if az finds the app unhealthy; the next step checks its health
    if (code === 0 || /Deployment was successful but the app appears to be unhealthy/.test(stderr)) return;
    const reason = waits.find(([message]) => message.test(stderr))?.[1];
    if (reason === undefined || waited >= PATIENCE)
      throw new CommandError('The package could not be uploaded. The message of az is above.');
    context.output.write(`${reason}: trying again in ${PAUSE} seconds, for at most ${PATIENCE / 60} minutes.\n`);
    await context.wait(PAUSE);
  }
}

/** Matches the messages of the deployment site for a refusal by the app's storage, and of App Service for a refusal by the access restriction. */
const waits: readonly (readonly [RegExp, string])[] = [
  [
    /BlobUploadFailed|AuthorizationPermissionMismatch|AuthorizationFailure/,
    'The role of the app on its storage has not taken effect yet, which can take up to ten minutes',
  ],
  [/Ip Forbidden|Status Code: 403/i, 'The deployment site does not allow this machine yet'],
];
