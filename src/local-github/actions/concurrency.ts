/**
 * Concurrency groups: one holder and one that waits; a newcomer evicts who waits, and who holds if it says
 * `cancel-in-progress`. With `queue: max` up to a hundred wait in sequence. Groups belong to the repository and their
 * names are case-insensitive; runs and jobs share them.
 * https://docs.github.com/en/actions/concepts/workflows-and-actions/concurrency
 */

interface Ask {
  repository: string;
  group: string;
  cancelInProgress: boolean;
  queue: "single" | "max";
  /** Called when a newcomer wants the holder gone. */
  cancelHolder(): void;
  /** Aborted when who waits gives up. */
  signal: AbortSignal;
  /** Called when it has to wait. */
  waits(): void;
}

export interface Groups {
  /** A function that gives the place up, or null when evicted or given up. */
  enter(ask: Ask): Promise<(() => void) | null>;
}

interface Waiting {
  ask: Ask;
  answer: (leave: (() => void) | null) => void;
}

interface Group {
  holder: Ask | null;
  waiting: Waiting[];
}

const LONGEST_QUEUE = 100;

export function createGroups(): Groups {
  const groups = new Map<string, Group>();

  const hold = (key: string, ask: Ask): (() => void) => {
    const group = groups.get(key) ?? { holder: null, waiting: [] };
    groups.set(key, group);
    group.holder = ask;
    return () => {
      if (group.holder !== ask) return;
      group.holder = null;
      const next = group.waiting.shift();
      if (next === undefined) groups.delete(key);
      else next.answer(hold(key, next.ask));
    };
  };

  return {
    enter: (ask) => {
      if (ask.signal.aborted) return Promise.resolve(null);
      const key = `${ask.repository}\n${ask.group}`.toLowerCase();
      const group = groups.get(key);
      if (group === undefined || group.holder === null) return Promise.resolve(hold(key, ask));
      if (ask.queue === "single") for (const evicted of group.waiting.splice(0)) evicted.answer(null);
      if (group.waiting.length >= LONGEST_QUEUE) return Promise.resolve(null);
      const { promise, resolve } = Promise.withResolvers<(() => void) | null>();
      const place: Waiting = { ask, answer: resolve };
      group.waiting.push(place);
      ask.signal.addEventListener("abort", () => {
        const index = group.waiting.indexOf(place);
        if (index < 0) return;
        group.waiting.splice(index, 1);
        resolve(null);
      });
      ask.waits();
      if (ask.cancelInProgress) group.holder.cancelHolder();
      return promise;
    },
  };
}

export interface Slots {
  /** A function that gives the slot back, or null when given up. */
  take(signal: AbortSignal): Promise<(() => void) | null>;
}

/** At most `size` at a time, in order of arrival. */
export function createSlots(size: number): Slots {
  let free = size;
  const line: ((release: () => void) => void)[] = [];
  const release = (): void => {
    const next = line.shift();
    if (next === undefined) free++;
    else next(once(release));
  };
  return {
    take: (signal) => {
      if (signal.aborted) return Promise.resolve(null);
      if (free > 0) {
        free--;
        return Promise.resolve(once(release));
      }
      const { promise, resolve } = Promise.withResolvers<(() => void) | null>();
      line.push(resolve);
      signal.addEventListener("abort", () => {
        const index = line.indexOf(resolve);
        if (index < 0) return;
        line.splice(index, 1);
        resolve(null);
      });
      return promise;
    },
  };
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
