interface Bounds {
  /** How many items are processed at the same time. */
  readonly width: number;
  /** Once it is aborted, no further item is started. */
  readonly stop?: AbortSignal;
}

/**
 * Processes the items in order, `width` of them at the same time. Once an item has failed or `stop` is aborted, no further item is started, and the
 * running ones are awaited. Throws the first failure.
 */
export async function inParallel<Item>(
  items: readonly Item[],
  { width, stop }: Bounds,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) {
      if (stop?.aborted || failures.length > 0) return;
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  if (failures.length > 0) throw failures[0];
}
