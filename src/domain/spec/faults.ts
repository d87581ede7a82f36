/** What is wrong with a whole tasks.md, or with lines and items of it that are too large to be read. */
import type { Diagnostic } from "../problem.ts";
import type { NamedTasks } from "./dependencies.ts";
import type { Doubt } from "./details.ts";
import type { Part } from "./id-list.ts";
import { MAX_ITEM, type Section } from "./section.ts";
import type { Scan, ScannedLine } from "./scan.ts";
import type { Task } from "./tasks.ts";

/** In characters; the largest real file seen has a quarter of a million. */
export const MAX_TEXT = 8 * 1024 * 1024;
const NEARLY =
  /^\s*(?:[-*+]\[[ xX~-]?\]|[•·‣–—]\s*\[[ xX~-]?\]|\[[ xX~-]\]\s|[-*+]\s+(?:[☐☑☒]|【\s?】|［\s?］|\([ x]\)\s+\d))/u;

/** Checkboxes and headings; more of them take minutes and gigabytes. */
const MAX_ITEMS = 60_000;

export function tooMany({ lines }: Scan): Diagnostic | null {
  const count = lines.filter(({ kind }) => kind === "box" || kind === "heading").length;
  if (count <= MAX_ITEMS) return null;
  return {
    severity: "error",
    code: "too-many",
    line: 1,
    column: 1,
    what: "tasks.md is not read",
    why: `it has ${count} checkboxes and headings, and at most ${MAX_ITEMS} are read`,
    fix: "Split it into several specs.",
  };
}

export const tooLarge = (length: number): Diagnostic => ({
  severity: "error",
  code: "too-large",
  line: 1,
  column: 1,
  what: "tasks.md is not read",
  why: `it has ${length} characters, and at most ${MAX_TEXT} are read`,
  fix: "Split it into several specs.",
});

export function faultsOf(
  { lines, cut, open }: Scan,
  sections: readonly (readonly [Task, Section])[],
): Diagnostic[] {
  const faults: Diagnostic[] = [];
  const warn = (code: string, line: number, text: Pick<Diagnostic, "what" | "why" | "fix">): unknown =>
    faults.push({ severity: "warning", code, line, column: 1, ...text });
  for (const line of cut)
    warn("long-line", line, {
      what: "A line is too long",
      why: "only its first 20,000 characters are read",
      fix: "Break it into several lines.",
    });
  for (const [task, section] of sections) {
    if (section.length > MAX_ITEM)
      warn("long-item", task.line, {
        what: `The text of task ${task.id} is too long`,
        why: `only its first ${MAX_ITEM / 1024} kB are read`,
        fix: "Move what is no instruction into design.md.",
      });
  }
  if (open)
    warn(`open-${open.within}`, open.line, {
      what: open.within === "fence" ? "A code fence is never closed" : "A comment is never closed",
      why: "so nothing below it is read as a task",
      fix: open.within === "fence" ? "Close it with a line of the same marks." : "Close it with `-->`.",
    });
  for (const line of lines) {
    if (line.kind === "text" && NEARLY.test(line.text))
      warn("nearly-box", line.line, {
        what: "A line looks like a checkbox and is none",
        why: "a checkbox is a bullet, a space and `[ ]`",
        fix: "Write it as `- [ ] 1. Title` if it is a task.",
      });
  }
  return faults;
}

export const doubted = ({ id }: Task, line: number, { label, value }: Doubt): Diagnostic => ({
  severity: "warning",
  code: "paths",
  line,
  column: 1,
  what: `Task ${id} ${label} “${value.slice(0, 80)}”`,
  why: "that is no list of paths",
  fix: `Write paths with commas between them: \`_${label}: src/a.ts, src/b.ts_\`.`,
});

export const notUnderstood = ({ task, label, line }: NamedTasks, lost: readonly Part[]): Diagnostic => ({
  severity: "warning",
  code: "depends",
  line,
  column: 1,
  what: `Task ${task.id} ${label === "depends" ? "depends on" : label} “${lost
    .map(({ text }) => text)
    .join("”, “")
    .slice(0, 80)}”`,
  why: "that names no task, or more than tasks",
  fix: "Name tasks by their ids: `_Depends: 1.1, 2_`, or write none.",
});

export const blocksUnknown = (
  { id: blocker }: Task,
  { id, line }: { id: string; line: number },
): Diagnostic => ({
  severity: "error",
  code: "unknown-dependency",
  line,
  column: 1,
  what: `Task ${blocker} blocks ${id}`,
  why: "there is no task of that id",
  fix: "Name a task of this file.",
});

export function noTasks(lines: readonly ScannedLine[]): Diagnostic {
  const hidden = lines.find((line) => line.kind === "hidden" && line.isBox);
  const numbered = lines.find((line) => line.kind === "text" && /^\s*\d{1,9}[.)]\s+\S/.test(line.text));
  const way = hidden
    ? { why: "its checkboxes stand within a code fence or a comment", fix: "Take those lines out of it." }
    : {
        why: numbered ? "its list has numbers and no checkboxes" : "no line is a checkbox of a task",
        fix: "Write tasks as `- [ ] 1. Title`.",
      };
  return {
    severity: "error",
    code: "no-tasks",
    line: (hidden ?? numbered)?.line ?? 1,
    column: 1,
    what: "There is no task in tasks.md",
    ...way,
  };
}
