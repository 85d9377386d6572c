/** Counts how often the event loop serves others while something runs. */
export async function turnsDuring(act: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let next = setImmediate(count);
  function count(): void {
    turns += 1;
    next = setImmediate(count);
  }
  await act();
  clearImmediate(next);
  return turns;
}
