/** Thrown by a write whose resource is no longer the version that was read: read it again. */
export class LostRace extends Error {
  override readonly name = 'LostRace';
}
