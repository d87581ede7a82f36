/** What stands below a task or a heading. */
import type { Mark } from "./scan.ts";

/** Of the text of one item; what comes after it is left out. */
export const MAX_ITEM = 256 * 1024;

interface Line {
  line: number;
  text: string;
}

export interface Section {
  lines: string[];
  /** Without fences. */
  plain: Line[];
  /** Boxes that are points or criteria of it, not tasks. */
  points: Mark[];
  /** In characters, of all lines seen. */
  length: number;
}

export const newSection = (): Section => ({ lines: [], plain: [], points: [], length: 0 });

export function keep({ line, text }: Line, section: Section | null, isPlain: boolean): void {
  if (section === null) return;
  section.length += text.length + 1;
  if (section.length > MAX_ITEM) return;
  section.lines.push(text);
  if (isPlain) section.plain.push({ line, text });
}

export function append(more: Section, section: Section): void {
  section.length += more.length;
  if (section.length > MAX_ITEM) return;
  // One by one: a copy for each of many sections takes the square of the file.
  for (const line of more.lines) section.lines.push(line);
  for (const line of more.plain) section.plain.push(line);
  for (const point of more.points) section.points.push(point);
}
