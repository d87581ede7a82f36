import type { Machine } from "./ports.ts";
import { emptyState } from "./state.ts";
import type { State } from "./state.ts";

/** Changes within this time are stored together. */
const GATHER_MS = 200;

export interface Storage {
  /** Something changed: it is stored soon. */
  changed(): void;
  save(): Promise<void>;
  close(): Promise<void>;
}

/** For a world that nobody opens again. */
export const NOT_STORED: Storage = { changed() {}, save: async () => {}, close: async () => {} };

export async function readState(machine: Machine, file: string): Promise<State> {
  const bytes = await machine.files.read(file);
  if (bytes === null) return emptyState();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file; its version is checked by who opens it
  return JSON.parse(new TextDecoder().decode(bytes)) as State;
}

export function createStorage(machine: Machine, file: string, render: () => State): Storage {
  const closing = new AbortController();
  let isDirty = false;
  let waiting: Promise<void> | null = null;
  let last: Promise<void> = Promise.resolve();

  function save(): Promise<void> {
    isDirty = false;
    last = last.catch(() => {}).then(() => machine.files.write(file, JSON.stringify(render())));
    return last;
  }

  async function saveSoon(): Promise<void> {
    await machine.clock.sleep(GATHER_MS, closing.signal);
    waiting = null;
    if (!closing.signal.aborted) await save();
  }

  return {
    save,
    changed: () => {
      isDirty = true;
      // A full disk shows at the next save that somebody waits for.
      waiting ??= saveSoon().catch(() => {});
    },
    close: async () => {
      closing.abort();
      await waiting;
      if (isDirty) await save();
      await last;
    },
  };
}
