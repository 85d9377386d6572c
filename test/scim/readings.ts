import { type ToleranceName, tolerances } from '../../shared/scim/entra.ts';
import { newReading, type Reading, strictReading } from '../../shared/scim/reading.ts';

/** A reading as Entra's requests get it: every departure is accepted, the work is not counted. */
export const tolerantReading = (tolerated: Set<ToleranceName> = new Set()): Reading =>
  newReading(tolerances, tolerated);

export { strictReading };
