/** What must be known before the first task is read: the headings, and which ids boxes have. */
import { enterHeading, type Heading } from "./headings.ts";
import type { ScannedLine } from "./scan.ts";
import { isBelow } from "./task-id.ts";
import { readTitle } from "./title.ts";

export interface Survey {
  /** For each heading line, the headings open from it on. */
  headingsFrom: ReadonlyMap<ScannedLine, Heading[]>;
  /** Headings that may play a task's part, by their id. */
  headingsById: ReadonlyMap<string, Heading>;
  /** Ids that some box of the file has, and the title of the first: no heading plays their part. */
  boxIds: ReadonlyMap<string, string>;
}

export function survey(lines: readonly ScannedLine[]): Survey {
  const headingsFrom = new Map<ScannedLine, Heading[]>();
  const headingsById = new Map<string, Heading>();
  const boxIds = new Map<string, string>();
  const phases = new Set<Heading>();
  let open: Heading[] = [];
  for (const line of lines) {
    if (line.kind === "heading") {
      open = enterHeading(open, line);
      headingsFrom.set(line, open);
      const { id, noTasks } = open.at(-1)!;
      if (id !== null && noTasks === null && !headingsById.has(id)) headingsById.set(id, open.at(-1)!);
    } else if (line.kind === "box" && !open.at(-1)?.noTasks) {
      const { id, name } = readTitle(line.rest);
      if (id === null) continue;
      if (!boxIds.has(id)) boxIds.set(id, name);
      for (const heading of open)
        if (heading.phase !== null && isBelow(id, heading.phase)) phases.add(heading);
    }
  }
  for (const heading of phases) {
    const id = heading.phase!;
    if (boxIds.has(id) || headingsById.has(id)) continue;
    heading.id = id;
    headingsById.set(id, heading);
  }
  return { headingsFrom, headingsById, boxIds };
}
