/** What each checkbox line of tasks.md was taken as. Those that are no task are named to the author, section by section. */
import type { Diagnostic } from "../problem.ts";
import type { Hiding } from "./scan.ts";

export interface BoxUse {
  line: number;
  as: "task" | "detail" | "criterion" | "note" | "quote" | "empty" | Hiding;
  /** The task that it is, or that it is a point or criterion of. */
  task: string | null;
}

/** Boxes of one section, fence or comment that are no tasks. */
interface Group {
  as: BoxUse["as"];
  place: string;
  line: number;
  count: number;
}

const WHY: Readonly<Partial<Record<BoxUse["as"], { why: string; fix: string }>>> = {
  criterion: {
    why: "the heading above them is about criteria",
    fix: "Move those that are work under a heading of tasks.",
  },
  note: { why: "the heading above them is about notes or risks", fix: "Give those that are work an id." },
  quote: { why: "they stand in a block quote", fix: "Take the `>` away where they are work." },
  fence: { why: "they stand within a code fence", fix: "Take them out of the fence where they are work." },
  comment: {
    why: "they stand within an HTML comment",
    fix: "Take them out of the comment where they are work.",
  },
  "front-matter": { why: "they stand within the front matter", fix: "Move them below the second `---`." },
  empty: { why: "no text follows the box", fix: "Write what is to be done, or take the line away." },
};

export const numberedBelow = (heading: string, line: number): Diagnostic => ({
  severity: "warning",
  code: "box-numbered",
  line,
  column: 1,
  what: `A box below “${heading.slice(0, 80)}” is read as a task`,
  why: "it has an id of its own, though the heading is about criteria",
  fix: "Take the id away if it is no work, or move it under a heading of tasks.",
});

export class BoxUses {
  readonly all: BoxUse[] = [];
  readonly #groups = new Map<string, Group>();

  add(use: BoxUse, place: string): void {
    this.all.push(use);
    if (use.task !== null || !WHY[use.as]) return;
    const key = `${use.as} ${place}`;
    const group = this.#groups.get(key);
    if (group) group.count += 1;
    else this.#groups.set(key, { as: use.as, place, line: use.line, count: 1 });
  }

  diagnostics(): Diagnostic[] {
    return [...this.#groups.values()].map(({ as, place, line, count }) => ({
      severity: as === "empty" ? "warning" : "note",
      code: `box-${as}`,
      line,
      column: 1,
      what: `${count === 1 ? "A box is" : `${count} boxes are`} not read as tasks${place === "" ? "" : ` (${place})`}`,
      ...WHY[as]!,
    }));
  }
}
