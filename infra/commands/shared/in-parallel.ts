interface Bounds {
  /** How many items are worked on at a time. */
  readonly width: number;
  /** Aborted where no further item is to be taken. */
  readonly stop?: AbortSignal;
}

/**
 * Works through the items, `width` of them at a time, in their order. Takes no further item once one has failed or `stop` is
 * aborted; what is under way is waited for. Throws the first failure.
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
