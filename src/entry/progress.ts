/** What a person sees while a run goes on: a live list in a terminal, a line for each change in a pipe. */
import { Listr, ListrDefaultRendererLogLevels, ListrTaskState, type ListrTask } from "listr2";
import type { LocalReport } from "./local/report.ts";
import { unitLine } from "./screen.ts";

type Unit = LocalReport["units"][number];

export interface Progress {
  note(text: string): void;
  show(units: readonly Unit[]): void;
  /** Ends the list; the last state stays on the screen. */
  end(): Promise<void>;
}

const IDLE = new Set<Unit["phase"]>(["not_started", "blocked"]);
const DROPPED = new Set<Unit["phase"]>(["skipped", "cancelled"]);

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
    task: (_, { task }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const end = (state: ListrTaskState): void => {
        task.state$ = state;
        rows.delete(first.id);
        resolve();
      };
      const show = (unit: Unit): void => {
        task.title$ = unitLine(unit);
        // A started task whose promise resolves gets its tick.
        if (unit.phase === "completed") end(ListrTaskState.STARTED);
        else if (DROPPED.has(unit.phase)) end(ListrTaskState.SKIPPED);
        // The spinner turns for what is under way, not for what stands in the queue.
        else task.state$ = IDLE.has(unit.phase) ? ListrTaskState.WAITING : ListrTaskState.STARTED;
      };
      rows.set(first.id, { show, stop: () => end(ListrTaskState.SKIPPED) });
      show(first);
      return promise;
    },
  }));
  const done = new Listr(tasks, {
    concurrent: true,
    // Ctrl-C ends the run in order; the list's own handler would end the process.
    registerSignalListeners: false,
    rendererOptions: { icon: { [ListrDefaultRendererLogLevels.SKIPPED_WITH_COLLAPSE]: "◼" } },
  }).run();
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
