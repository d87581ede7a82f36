/** What must be known before the first task is read: the headings, and which ids boxes have. */
import { enterHeading, type Heading } from "./headings.ts";
import type { ScannedLine } from "./scan.ts";
import { lettersOf, readTitle } from "./title.ts";

export interface Survey {
  /** For each heading line, the headings open from it on. */
  headingsFrom: ReadonlyMap<ScannedLine, Heading[]>;
  /** Headings that may play a task's part, by their id. */
  headingsById: ReadonlyMap<string, Heading>;
  /** Ids that some box of the file has, and the letters of the first one's title: no heading plays their part. */
  boxIds: ReadonlyMap<string, string>;
}

export function survey(lines: readonly ScannedLine[]): Survey {
  const headingsFrom = new Map<ScannedLine, Heading[]>();
  const headingsById = new Map<string, Heading>();
  const boxIds = new Map<string, string>();
  const phases = new Phases();
  let open: Heading[] = [];
  for (const line of lines) {
    if (line.kind === "heading") {
      open = enterHeading(open, line);
      headingsFrom.set(line, open);
      const heading = open.at(-1)!;
      if (heading.id === null || heading.noTasks !== null) continue;
      if (!headingsById.has(heading.id)) headingsById.set(heading.id, heading);
      phases.see(heading.id, open);
    } else if (line.kind === "box" && !open.at(-1)?.noTasks) {
      const { id, name } = readTitle(line.rest);
      if (id === null) continue;
      if (!boxIds.has(id)) boxIds.set(id, lettersOf(name));
      phases.see(id, open);
    }
  }
  for (const heading of phases.parents()) {
    const id = heading.phase!;
    if (boxIds.has(id) || headingsById.has(id)) continue;
    heading.id = id;
    headingsById.set(id, heading);
  }
  return { headingsFrom, headingsById, boxIds };
}

/** `## Phase 4` is the parent of 4.1 and 4.2 when no 4.x stands elsewhere. */
class Phases {
  readonly #parents = new Set<Heading>();
  /** First parts of ids that stand outside of the phase of that number. */
  readonly #strays = new Set<string>();

  see(id: string, open: readonly Heading[]): void {
    const first = id.split(".", 1)[0]!;
    if (first === id) return;
    const phase = open.find((heading) => heading.phase === first);
    if (phase) this.#parents.add(phase);
    else this.#strays.add(first);
  }

  parents(): Heading[] {
    return [...this.#parents].filter(({ phase }) => !this.#strays.has(phase!));
  }
}
