import { ScimError } from '../../shared/scim/errors.ts';

/** The SCIM error that a function throws, as the client would see it. Rethrows any other error. */
export function scimErrorOf(act: () => unknown): { status: number; scimType: string | undefined; detail: string } {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    const { status, scimType, detail } = error;
    return { status, scimType, detail };
  }
  throw new Error('Nothing was thrown.');
}
