/** Headings of tasks.md: which one plays the part of a task, and below which no box is one (design sections 1 and 6). */
import type { HeadingLine } from "./scan.ts";
import { leadingId } from "./task-id.ts";
import type { Section, Task } from "./tasks.ts";

export interface Heading {
  level: number;
  line: HeadingLine;
  /** Its number, or null: `## 5. Title`, `### Task 5: Title`; a phase is no task. */
  id: string | null;
  title: string;
  /** The section is about criteria or notes, or lies in one that is. */
  isNoTasks: boolean;
  section: Section;
  /** Made when the first box needs it as its parent. */
  task: Task | null;
}

const NO_TASKS =
  /success criteria|acceptance|definition of done|\bdod\b|checklist|criteria|^notes?$|验收|完了条件|критери/i;
/** A numbered chapter that holds the list is no task. */
const CHAPTER =
  /^(?:(?:implementation )?(?:tasks?|plan)(?: (?:list|breakdown|overview))?|overview|introduction|任务(?:列表)?|タスク(?:一覧)?|概述|概要)$/i;

/** The open headings after this one: outer ones first. */
export function enterHeading(open: readonly Heading[], line: HeadingLine): Heading[] {
  const outer = open.filter((heading) => heading.level < line.level);
  const text = line.text.replace(/^[^\p{L}\p{N}*[(]+/u, "");
  const found = leadingId(text);
  const title = (found?.rest ?? text).replaceAll("**", "").trim();
  const heading: Heading = {
    level: line.level,
    line,
    id: found && !CHAPTER.test(title) ? found.id : null,
    title: title || text,
    isNoTasks: NO_TASKS.test(line.text) || outer.some((other) => other.isNoTasks),
    section: { lines: [], plain: [] },
    task: null,
  };
  return [...outer, heading];
}

/** The headings above a box that are its parents, outer ones first: by dotted id, else the nearest one with a number. */
export function parentsAmong(open: readonly Heading[], id: string | null): Heading[] {
  const numbered = open.filter((heading) => heading.id !== null);
  if (id === null) return numbered.slice(-1);
  return numbered.filter((heading) => id.startsWith(`${heading.id}.`));
}
