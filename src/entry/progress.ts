/** What a person sees while a run goes on: a live list in a terminal, a line for each change in a pipe. */
import { Listr, type ListrTask } from "listr2";
import type { LocalReport } from "./local/report.ts";
import { unitLine } from "./screen.ts";

type Unit = LocalReport["units"][number];

export interface Progress {
  note(text: string): void;
  show(units: readonly Unit[]): void;
  /** Ends the list; the last state stays on the screen. */
  end(): Promise<void>;
}

const OVER = new Set<Unit["phase"]>(["completed", "skipped", "cancelled"]);

export function plainProgress(write: (line: string) => void): Progress {
  const shown = new Map<string, string>();
  return {
    note: write,
    show(units) {
      for (const unit of units) {
        const line = unitLine(unit);
        if (shown.get(unit.id) !== line) write(line);
        shown.set(unit.id, line);
      }
    },
    end: async () => {},
  };
}

export function liveProgress(write: (line: string) => void): Progress {
  let list: List | null = null;
  let isEnded = false;
  return {
    note: (text) => {
      if (list === null || isEnded) write(text);
    },
    show(units) {
      if (isEnded) return;
      list ??= openList(units);
      list.update(units);
    },
    async end() {
      isEnded = true;
      await list?.end();
    },
  };
}

interface List {
  update(units: readonly Unit[]): void;
  end(): Promise<void>;
}

interface Row {
  show(unit: Unit): void;
  stop(): void;
}

function openList(units: readonly Unit[]): List {
  const rows = new Map<string, Row>();
  const tasks = units.map((first): ListrTask => ({
    title: unitLine(first),
    task: (_, task) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      rows.set(first.id, {
        show(unit) {
          task.title = unitLine(unit);
          if (!OVER.has(unit.phase)) return;
          if (unit.phase === "completed") resolve();
          else reject(new Error(task.title));
        },
        stop: () => reject(new Error(unitLine(first))),
      });
      return promise;
    },
  }));
  const done = new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    // Ctrl-C ends the run in order; the list's own handler would end the process.
    registerSignalListeners: false,
    rendererOptions: { collapseErrors: false, showErrorMessage: false },
  })
    .run()
    .catch(() => {});
  return {
    update(now) {
      for (const unit of now) rows.get(unit.id)?.show(unit);
    },
    async end() {
      for (const row of rows.values()) row.stop();
      await done;
    },
  };
}
