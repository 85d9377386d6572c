/**
 * The departures from the RFCs that the engine can be told to accept. Which are accepted, and why, is not the engine's business: see entra.ts.
 */
export type ToleranceName =
  | 'booleansAsText'
  | 'dottedKeys'
  | 'filteredTargetIsCreated'
  | 'noOperations'
  | 'opInAnyCase'
  | 'removalByValue'
  | 'removalOfNothing'
  | 'unmappedIgnored'
  | 'wrappedValues';

/** Asked at the point of departure: whether it is accepted. The one who answers may note that it happened. */
export type Tolerate = (name: ToleranceName) => boolean;

/** The RFCs to the letter. */
export const strict: Tolerate = () => false;
