/**
 * A tasks.md by its lines, and in short what is read in it. Rows that begin with a number show a form that real files
 * have (a survey of 1,375 of them); those with an R, what a review found.
 */
import { parseTasks, type ParsedTasks, type Task } from "../../src/domain/spec/tasks.ts";

const MARKS = { not_started: " ", in_progress: "-", queued: "~", completed: "x", unknown: "?" };

/** `parent>id [mark] title`, a star for an optional task. */
const line = ({ parent, id, status, optional, title }: Task): string =>
  `${parent === null ? "" : `${parent}>`}${id} [${MARKS[status]}]${optional ? "*" : ""} ${title}`;

export const read = (...lines: string[]): ParsedTasks => parseTasks(lines.join("\n"));

export const tasksIn = (...lines: string[]): string[] => read(...lines).tasks.map(line);

export const codesIn = (...lines: string[]): string[] =>
  read(...lines).diagnostics.map(({ code, line: at }) => `${at} ${code}`);

export const usesIn = (...lines: string[]): string[] =>
  read(...lines).boxes.map((use) => `${use.line} ${use.as}${use.task === null ? "" : ` of ${use.task}`}`);
