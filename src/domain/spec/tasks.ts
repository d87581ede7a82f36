/**
 * tasks.md → tasks. All mistakes are reported with their line, nothing throws (design section 6).
 *
 * A task's parent follows from its dotted id first, its indentation second, a heading third. Boxes below headings
 * such as "Success criteria" or "Definition of done" are no tasks. Text after the list never sticks to the last task.
 */
import type { TaskStatus } from "../plan/plan.ts";
import type { Diagnostic } from "../problem.ts";
import { readDetails } from "./details.ts";
import { scan, type BoxLine, type ScannedLine } from "./scan.ts";
import { readWaves, type Waves } from "./waves.ts";

export interface Task {
  id: string;
  title: string;
  status: TaskStatus;
  optional: boolean;
  parent: string | null;
  line: number;
  requirements: string[];
  dependsOn: string[];
  writes: string[];
  reads: string[];
  /** Lines below the checkbox, as written. */
  details: string;
  isCheckpoint: boolean;
  markAt: number;
  mark: string;
}

export interface ParsedTasks {
  tasks: Task[];
  waves: Waves | null;
  diagnostics: Diagnostic[];
}

const NO_TASKS =
  /success criteria|acceptance|definition of done|\bdod\b|checklist|criteria|^notes?$|验收|完了条件|критери/i;
const CHECKPOINT =
  /^\W*(final\s+)?checkpoint\b|检查点|檢查點|チェックポイント|체크포인트|punto de control|ponto de verificação|point de contrôle|контрольная точка/i;
const ID =
  /^(?:\*\*)?(?:task\s+|タスク\s*|任务\s*)?([A-Z]{0,12}-?\d+(?:\.\d+)*[a-z]?|\d+\.[A-Z])(\*)?(?:\.|:|\)|、)?(\\?\*)?(?:\s+|(?<=:)|$)/i;

export function parseTasks(text: string): ParsedTasks {
  const lines = scan(text);
  const diagnostics: Diagnostic[] = [];
  const tasks: Task[] = [];
  const open: { task: Task; indent: number }[] = [];
  const ids = new Set<string>();
  let details: string[] = [];
  let heading: { id: string | null; isNoTasks: boolean; level: number } = {
    id: null,
    isNoTasks: false,
    level: 0,
  };
  const close = (): void => {
    const last = open.at(-1);
    if (last) Object.assign(last.task, readDetails(details), { details: details.join("\n").trim() });
    details = [];
  };
  for (const line of lines) {
    if (line.kind === "heading") {
      close();
      open.length = 0;
      const isNoTasks = NO_TASKS.test(line.text) || (heading.isNoTasks && line.level > heading.level);
      heading = {
        id: /^(?:task\s+|phase\s+)?(\d+(?:\.\d+)*)\b/i.exec(line.text)?.[1] ?? null,
        isNoTasks,
        level: line.level,
      };
    } else if (line.kind === "box" && !heading.isNoTasks && !isDetailBox(line, open.at(-1))) {
      close();
      while (open.length > 0 && open.at(-1)!.indent >= line.indent) open.pop();
      const task = readTask(line, {
        above: open.at(-1)?.task ?? null,
        heading: heading.id,
        diagnostics,
        ids,
      });
      tasks.push(task);
      open.push({ task, indent: line.indent });
    } else if (line.kind === "text" && open.length > 0) {
      details.push(line.text);
    } else if (line.kind === "box" && open.length > 0)
      details.push(`${" ".repeat(line.indent)}- [${line.mark}]${line.rest}`);
  }
  close();
  adopt(tasks);
  if (tasks.length === 0) {
    diagnostics.push({
      severity: "error",
      code: "no-tasks",
      line: 1,
      column: 1,
      what: "There is no task in tasks.md",
      why: "no line is a checkbox of a task",
      fix: "Write tasks as `- [ ] 1. Title`.",
    });
  }
  const waves = readWaves(fences(lines), diagnostics);
  return { tasks, waves, diagnostics };
}

/** A box without an id, deeper than a task that has one, is a point of that task. */
function isDetailBox(line: BoxLine, above: { task: Task; indent: number } | undefined): boolean {
  return (
    above !== undefined &&
    line.indent > above.indent &&
    !ID.test(title(line.rest).trim()) &&
    /^\D*\d/.test(above.task.id)
  );
}

interface Reading {
  above: Task | null;
  heading: string | null;
  diagnostics: Diagnostic[];
  ids: Set<string>;
}

function readTask(line: BoxLine, { above, heading, diagnostics, ids }: Reading): Task {
  const warn = (code: string, text: Pick<Diagnostic, "what" | "why" | "fix">): unknown =>
    diagnostics.push({ severity: "warning", code, line: line.line, column: line.indent + 1, ...text });
  const starred = /^\s*\\?\*(?!\*)/.test(line.rest);
  const text = title(line.rest);
  const found = ID.exec(text);
  const name =
    text
      .slice(found?.[0].length ?? 0)
      .replace(/\*\*/g, "")
      .replace(/\s*\(P\)\s*$/, "")
      .trim() || text;
  let id = found?.[1] ?? generatedId(name, above, heading);
  if (ids.has(id)) {
    const first = id;
    for (let n = 2; ids.has(id); n++) id = `${first}_${n}`;
    warn("duplicate-id", {
      what: `The id ${first} stands twice`,
      why: "ids tell tasks apart",
      fix: `This one is called ${id} here; give it an id of its own.`,
    });
  }
  ids.add(id);
  const status = statusOf(line.mark);
  if (status === "unknown")
    warn("mark", {
      what: `The mark [${line.mark}] is not known`,
      why: "marks are a space, x, - and ~",
      fix: "It is taken as not started.",
    });
  const optional =
    starred ||
    found?.[2] !== undefined ||
    found?.[3] !== undefined ||
    /\((optional|可选|任意|opcional|optionnel|опционально)\)|（可选）|（任意）/i.test(name);
  const byIndent = found === null || !found[1]!.includes(".") ? (above?.id ?? null) : null;
  return {
    id,
    title: name,
    status,
    optional,
    parent: byIndent,
    line: line.line,
    requirements: [],
    dependsOn: [],
    writes: [],
    reads: [],
    details: "",
    isCheckpoint: CHECKPOINT.test(name),
    markAt: line.markAt,
    mark: line.mark,
  };
}

const title = (rest: string): string => rest.replace(/^\s*\\?\*(?!\*)/, "").trim();

/** Stable while the title stays: words of it, below its parent's id. */
function generatedId(name: string, above: Task | null, heading: string | null): string {
  const words =
    name
      .normalize("NFKD")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
      .replaceAll(/^-+|-+$/g, "")
      .slice(0, 24)
      .replaceAll(/-+$/g, "") || "task";
  return above ? `${above.id}.${words}` : heading ? `${heading}.${words}` : words;
}

const STATUS: Readonly<Record<string, TaskStatus>> = {
  "": "not_started",
  x: "completed",
  X: "completed",
  "-": "in_progress",
  "~": "queued",
};
const statusOf = (mark: string): TaskStatus => STATUS[mark.trim()] ?? "unknown";

/** The dotted id wins over indentation. An id whose parent stands nowhere belongs to the nearest one above that does. */
function adopt(tasks: readonly Task[]): void {
  const ids = new Set(tasks.map((task) => task.id));
  for (const task of tasks) {
    const parts = task.id.replace(/_\d+$/, "").split(".");
    for (let length = parts.length - 1; length > 0; length--) {
      const candidate = parts.slice(0, length).join(".");
      if (!ids.has(candidate) || candidate === task.id) continue;
      task.parent = candidate;
      break;
    }
  }
}

/** Runs of fenced lines, each with the line it begins on. */
function fences(lines: readonly ScannedLine[]): { line: number; text: string }[] {
  const found: { line: number; last: number; text: string }[] = [];
  for (const line of lines) {
    if (line.kind !== "fence") continue;
    const before = found.at(-1);
    if (before && before.last === line.line - 1) {
      before.text += `\n${line.text}`;
      before.last = line.line;
    } else found.push({ line: line.line, last: line.line, text: line.text });
  }
  return found;
}
