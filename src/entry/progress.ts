/** What a person sees while a run goes on: a live list in a terminal, a line for each change in a pipe. */
import { Listr, type ListrTask } from "listr2";
import type { RunReport } from "../application/report.ts";
import type { PhaseKind } from "../domain/run/phase.ts";
import type { RunView, UnitView } from "../domain/run/view.ts";

export interface Progress {
  note(text: string): void;
  show(report: RunReport): void;
  /** Ends the list; the last state stays on the screen. */
  end(): Promise<void>;
}

const OVER = new Set<PhaseKind>(["completed", "skipped", "cancelled"]);

export function lineOf(view: RunView, unit: UnitView): string {
  const phase = view.phases.get(unit.unit.id)!;
  const pull = unit.pull ? ` #${unit.pull.number}` : "";
  const attempt = phase.kind === "in_progress" ? ` ${phase.attempt.role} ${phase.attempt.n}` : "";
  return `${unit.unit.id}. ${plain(unit.unit.title)} [${phase.kind.replaceAll("_", " ")}${attempt}]${pull}`;
}

/** Titles come from the spec: no control characters reach the terminal. */
// eslint-disable-next-line no-control-regex
export const plain = (text: string): string =>
  text.replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, " ").slice(0, 80);

export function plainProgress(write: (line: string) => void): Progress {
  const shown = new Map<string, string>();
  return {
    note: write,
    show({ view }) {
      for (const unit of view.units) {
        const line = lineOf(view, unit);
        if (shown.get(unit.unit.id) !== line) write(line);
        shown.set(unit.unit.id, line);
      }
    },
    end: async () => {},
  };
}

export function liveProgress(write: (line: string) => void): Progress {
  let list: { update(report: RunReport): void; end(): Promise<void> } | null = null;
  return {
    note: (text) => {
      if (list === null) write(text);
    },
    show(report) {
      if (!report.view.state.consent) return;
      list ??= openList(report.view);
      list.update(report);
    },
    end: async () => list?.end(),
  };
}

function openList(view: RunView): { update(report: RunReport): void; end(): Promise<void> } {
  const rows = new Map<
    string,
    { set(text: string): void; over(kind: PhaseKind, text: string): void; stop(): void }
  >();
  const tasks = view.units.map((unit): ListrTask => ({
    title: lineOf(view, unit),
    task: (_, task) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      let text = lineOf(view, unit);
      rows.set(unit.unit.id, {
        set: (next) => {
          text = next;
          task.title = next;
        },
        over: (kind, next) => {
          task.title = next;
          if (kind === "completed") resolve();
          else reject(new Error(next));
        },
        stop: () => reject(new Error(text)),
      });
      return promise;
    },
  }));
  const done = new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    rendererOptions: { collapseErrors: false, showErrorMessage: false },
  })
    .run()
    .catch(() => {});
  return {
    update({ view: now }) {
      for (const unit of now.units) {
        const kind = now.phases.get(unit.unit.id)!.kind;
        const row = rows.get(unit.unit.id);
        if (OVER.has(kind)) row?.over(kind, lineOf(now, unit));
        else row?.set(lineOf(now, unit));
      }
    },
    async end() {
      for (const row of rows.values()) row.stop();
      await done;
    },
  };
}
