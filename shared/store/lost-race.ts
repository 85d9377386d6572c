/** Thrown by a write if the resource no longer has the version that was read. The caller has to read it again. */
export class LostRace extends Error {
  override readonly name = 'LostRace';
}
