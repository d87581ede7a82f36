/** What holds of every spec: it is read as it was written, and ticking changes nothing but marks. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseTasks } from "../../../src/domain/spec/tasks.ts";
import { ticked } from "../../../src/domain/spec/ticks.ts";

interface Written {
  id: string;
  mark: string;
  isStarred: boolean;
  title: string;
  requirements: string[];
  dependsOn: string[];
  writes: string[];
  reads: string[];
}

interface Layout {
  end: string;
  bom: string;
  bullet: string;
  step: string;
  /** How an id is written. */
  shape: (id: string) => string;
  isSpaced: boolean;
  isLast: boolean;
}

const STATUS: Record<string, string> = {
  " ": "not_started",
  x: "completed",
  X: "completed",
  "-": "in_progress",
  "~": "queued",
  "": "not_started",
};

const word = fc.stringMatching(/^[a-z]{2,8}$/);
const titles = fc
  .array(fc.oneof(word, fc.constantFrom("über", "需求", "`src/a.ts`", "(three)", "v2", "a-b")), {
    minLength: 1,
    maxLength: 5,
  })
  .map((words) => `Do ${words.join(" ")}`);
const path = fc.tuple(word, word).map(([folder, name]) => `${folder}/${name}.ts`);
const criterion = fc.tuple(fc.nat(20), fc.nat(20)).map(([major, minor]) => `${major}.${minor}`);
const parts = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.uniqueArray(one, { maxLength: 3 });

const written: fc.Arbitrary<Omit<Written, "id" | "dependsOn">> = fc.record({
  mark: fc.constantFrom(" ", "x", "X", "-", "~", ""),
  isStarred: fc.boolean(),
  title: titles,
  requirements: parts(criterion),
  writes: parts(path),
  reads: parts(path),
});

/** A list of up to 5 tasks, each with up to 3 below it, which may have 2 below them. */
const list: fc.Arbitrary<Written[]> = fc
  .array(
    fc.tuple(written, fc.array(fc.tuple(written, fc.array(written, { maxLength: 2 })), { maxLength: 3 })),
    { minLength: 1, maxLength: 5 },
  )
  .map((tops) =>
    tops.flatMap(([top, subs], a): Written[] => [
      { ...top, id: `${a + 1}`, dependsOn: a === 0 ? [] : [`${a}`] },
      ...subs.flatMap(([sub, leaves], b): Written[] => [
        { ...sub, id: `${a + 1}.${b + 1}`, dependsOn: [] },
        ...leaves.map((leaf, c) => ({ ...leaf, id: `${a + 1}.${b + 1}.${c + 1}`, dependsOn: [] })),
      ]),
    ]),
  );

const layout: fc.Arbitrary<Layout> = fc.record({
  end: fc.constantFrom("\n", "\r\n", "\r"),
  bom: fc.constantFrom("", "\uFEFF"),
  bullet: fc.constantFrom("-", "*", "+", "1."),
  step: fc.constantFrom("", "  ", "   ", "    ", "\t"),
  shape: fc.constantFrom<Layout["shape"][]>(
    (id) => id,
    (id) => `${id}.`,
    (id) => `${id}:`,
    (id) => `Task ${id}:`,
  ),
  isSpaced: fc.boolean(),
  isLast: fc.boolean(),
});

function render(
  tasks: readonly Written[],
  { end, bom, bullet, step, shape, isSpaced, isLast }: Layout,
): string {
  const lines = tasks.flatMap((task) => {
    const indent = step.repeat(task.id.split(".").length - 1);
    const details = [
      ["Requirements", task.requirements],
      ["Depends", task.dependsOn],
      ["writes", task.writes],
      ["reads", task.reads],
    ] as const;
    return [
      `${indent}${bullet} [${task.mark}]${task.isStarred ? "*" : ""} ${shape(task.id)} ${task.title}`,
      ...details.flatMap(([label, values]) =>
        values.length > 0 ? [`${indent}  - _${label}: ${values.join(", ")}_`] : [],
      ),
      ...(isSpaced ? [""] : []),
    ];
  });
  return `${bom}# Tasks${end}${end}${lines.join(end)}${isLast ? end : ""}`;
}

const parentOf = (id: string): string | null => (id.includes(".") ? id.slice(0, id.lastIndexOf(".")) : null);

it("what is written is what is read", () => {
  fc.assert(
    fc.property(list, layout, (tasks, how) => {
      const parsed = parseTasks(render(tasks, how));
      expect(parsed.diagnostics).toEqual([]);
      expect(
        parsed.tasks.map(
          ({ id, parent, status, optional, title, requirements, dependsOn, writes, reads }) => ({
            id,
            parent,
            status,
            optional,
            title,
            requirements,
            dependsOn,
            writes,
            reads,
          }),
        ),
      ).toEqual(
        tasks.map(({ mark, isStarred, ...task }) => ({
          ...task,
          parent: parentOf(task.id),
          status: STATUS[mark],
          optional: isStarred,
        })),
      );
    }),
  );
});

it("tasks may stand in any order", () => {
  const shuffled = list.chain((tasks) =>
    fc.tuple(fc.constant(tasks), fc.shuffledSubarray(tasks, { minLength: tasks.length })),
  );
  fc.assert(
    fc.property(shuffled, layout, ([tasks, mixed], how) => {
      const parents = (all: readonly Written[]): (readonly [string, string | null])[] =>
        parseTasks(render(all, { ...how, step: "" }))
          .tasks.map(({ id, parent }) => [id, parent] as const)
          .toSorted(([a], [b]) => (a < b ? -1 : 1));
      expect(parents(mixed)).toEqual(parents(tasks));
    }),
  );
});

it("ticking changes the marks asked for and nothing else", () => {
  fc.assert(
    fc.property(list, layout, fc.infiniteStream(fc.boolean()), (tasks, how, picks) => {
      const asked = tasks.filter(() => picks.next().value);
      const wanted = tasks.map((task) =>
        asked.includes(task) && task.mark !== "X" ? { ...task, mark: "x" } : task,
      );
      expect(
        ticked(
          render(tasks, how),
          asked.map(({ id }) => id),
        ),
      ).toBe(render(wanted, how));
    }),
  );
});

it("ticking any text twice is ticking it once, and the tasks stay the same", () => {
  const line = fc.oneof(
    fc.constantFrom(
      "- [ ] 1. A",
      "  - [x] 1.1 B",
      "```",
      "## Notes",
      "",
      "- [] 2. C",
      "<!--",
      "-->",
      "### 3. D",
      "**Status**: [ ] Open",
      "**Acceptance Criteria**:",
      "- [ ] e",
      "### - [ ] 1. A",
      "> - [ ] 4. F",
      "[ ] T1: G",
      "=====",
      "Notes",
      "-----",
      "\r- [ ]*6. H*\r\r",
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join("\n");
      const ids = (markdown: string): string[] => parseTasks(markdown).tasks.map(({ id }) => id);
      const once = ticked(text, ids(text));
      expect(ticked(once, ids(text))).toBe(once);
      expect(ids(once)).toEqual(ids(text));
    }),
  );
});
