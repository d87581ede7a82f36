/** Work that a reply does not wait for, and what went wrong where nobody waited. */
export interface Background {
  begin(work: () => Promise<void>): void;
  failed(error: unknown): void;
  /** Resolves when none is left, `others` being done as well, which may begin more. Rejects with all that went wrong. */
  settled(others: () => Promise<void>): Promise<void>;
  /** Resolves when none is left, whatever went wrong. */
  ended(): Promise<void>;
}

export function createBackground(): Background {
  const underWay = new Set<Promise<void>>();
  const faults: unknown[] = [];
  return {
    begin: (work) => {
      const done = work()
        .catch((error: unknown) => void faults.push(error))
        .finally(() => underWay.delete(done));
      underWay.add(done);
    },
    failed: (error) => void faults.push(error),
    settled: async (others) => {
      do {
        // oxlint-disable-next-line no-await-in-loop -- a run that ends may cause the next
        await Promise.all(underWay);
        // oxlint-disable-next-line no-await-in-loop
        await others();
      } while (underWay.size > 0);
      if (faults.length > 0) throw new AggregateError(faults.splice(0), "Events could not be followed.");
    },
    ended: async () => {
      // oxlint-disable-next-line no-await-in-loop -- what ends may begin more
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
