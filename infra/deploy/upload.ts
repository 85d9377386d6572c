import { type AzContext, az, type Place, runAz } from './az.ts';
import { azFailure } from './az-error.ts';

/** What an upload needs besides: time passes in steps that a test can do without. */
export interface UploadContext extends AzContext {
  readonly wait: (seconds: number) => Promise<void>;
}

const TRIES = 11;
const PAUSE = 30;

/**
 * Uploads the package and has the app run it. The app's identity writes it to its storage, and a role that was just given takes some minutes to
 * count there: such a refusal is tried again. Throws CommandError.
 */
export async function upload(
  { place, app, archive }: { readonly place: Place; readonly app: string; readonly archive: string },
  context: UploadContext,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const ended = await runAz(az.upload(place, app, archive), context);
    if (ended.code === 0) return;
    // the package is there; whether the app is well is for the next step to find out
    if (/Deployment was successful but the app appears to be unhealthy/.test(ended.stderr)) return;
    if (attempt === TRIES || !isRoleMissing(ended.stderr)) throw azFailure('The package could not be uploaded', ended);
    context.output.write(`The app may not write to its storage yet; again in ${PAUSE} seconds.\n`);
    await context.wait(PAUSE);
  }
}

/** As the app's deployment endpoint tells of a refusal by its storage. */
const isRoleMissing = (stderr: string): boolean =>
  /BlobUploadFailed|AuthorizationPermissionMismatch|AuthorizationFailure/.test(stderr);
