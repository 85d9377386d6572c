import { type ToleranceName, tolerances } from '../../shared/scim/entra.ts';
import { newReading, type Reading, strictReading } from '../../shared/scim/reading.ts';

/** A reading that accepts every departure from the RFCs, and does not limit the work. */
export const tolerantReading = (tolerated: Set<ToleranceName> = new Set()): Reading =>
  newReading(tolerances, tolerated);

export { strictReading };
