/** The page of a plan: complete, one file, and dead for whatever a spec may hold. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../../src/domain/plan-view/layout.ts";
import { nodesOf } from "../../../src/domain/plan-view/nodes.ts";
import { placed } from "../../../src/domain/plan-view/order.ts";
import { planPage } from "../../../src/domain/plan-view/page.ts";
import { graphOf } from "../../../src/domain/board/graph.ts";
import { aPlan, sha256 } from "../../support/run.ts";

const pageOf = (tasksText: string): string => planPage(aPlan(tasksText), { tasksText, hash: sha256 });
/** The tags of a page, by name and attributes. */
const tagsOf = (page: string): string[] => page.match(/<[a-z!/][^>]*>/gi) ?? [];

const TASKS =
  "- [ ] 1. Read\n  - _writes: a.ts_\n- [ ] 2. Write password\n  - _writes: b.ts_\n  - _Depends: none_\n- [ ] 3. Join\n  - _Depends: 1, 2_\n- [?]* 4. More\n";

describe("the page", () => {
  const page = pageOf(TASKS);

  it("shows figures, graph, timeline, table, what is left out, and remarks with their line", () => {
    for (const part of [
      "<h2>Graph</h2>",
      "<h2>Timeline for 3 workers</h2>",
      "<h2>Units</h2>",
      "<h2>Left out</h2>",
      "<h2>Remarks: 1 warning</h2>",
      "<b>3</b>units",
      "security-sensitive",
      "<mark>- [?]* 4. More</mark>",
    ])
      expect(page).toContain(part);
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page.match(/<tr id="u\d+">/g)).toHaveLength(3);
  });

  it("says how parallel the plan is, what is advised, and how far the estimate holds", () => {
    const { schedule, estimate } = aPlan(TASKS);
    for (const said of [schedule.because, estimate.because, `<b>≥ ${estimate.jobs}</b>workflow runs`])
      expect(page).toContain(said);
    expect(pageOf("- [ ] 1. A\n")).toContain("<p>This plan has one unit of work: ");
    expect(pageOf("- [ ] 1. A\n")).not.toContain("<h2>Remarks");
  });

  it("tells of each unit its parts, and why it is planned so", () => {
    const text = "- [ ] 1. Read\n  - [ ] 1.1 First part\n- [ ] 2. Checkpoint\n";
    const [unit, gate] = aPlan(text).units;
    const [first, second] = [...pageOf(text).matchAll(/<details>.*?<\/details>/gs)].map(([found]) => found);
    for (const part of ["1 sub-task, why", "1.1 First part", ...Object.values(unit!.because)])
      expect(first).toContain(part.replaceAll('"', "&quot;").replaceAll("'", "&#39;"));
    expect(second).toContain(gate!.because.type);
    expect(second).not.toContain("standard");
  });

  it("puts errors first, and shows no timeline of what cannot start", () => {
    const broken = pageOf("- [ ] 1. A\n  - _Depends: 9_\n");
    expect(broken.indexOf("Nothing would start: 1 error")).toBeGreaterThan(0);
    expect(broken.indexOf("Nothing would start: 1 error")).toBeLessThan(broken.indexOf("<h2>Graph</h2>"));
    expect(broken).not.toMatch(/Timeline|steps with/);
  });

  it("needs nothing from outside, and its policy lets in no more than its own style", () => {
    expect(
      tagsOf(page).filter((tag) => /\b(src|style|on\w+)=|<(script|link|img|iframe|object)/i.test(tag)),
    ).toEqual([]);
    for (const [, target] of page.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^#u\d+$/);
    const style = /<style>([^]*?)<\/style>/.exec(page)![1]!;
    const digest = createHash("sha256").update(style).digest("base64");
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(style).not.toMatch(/url\(|@import/);
  });

  it("of a spec without open units has no graph", () => {
    expect(pageOf("- [x] 1. A\n")).not.toContain("<svg");
  });
});

describe("text of others in the page", () => {
  const shapesOf = (page: string): string[] => [
    ...new Set(tagsOf(page).map((tag) => tag.replaceAll(/"[^"]*"/g, '""'))),
  ];
  const ours = shapesOf(pageOf("- [?] 1. A\n  - _writes: x.ts_\n- [ ] 2. B\n"));

  it("adds no tag and no attribute, whatever it holds", () => {
    const nasty = fc.constantFrom(
      "<",
      ">",
      '"',
      "'",
      "&",
      "</svg>",
      "</style>",
      "<!--",
      "]]>",
      "<script>",
      "=",
      "`",
      "\u202E",
      "\u001B[2J",
      "\u009B",
      "期",
      " ",
      "x",
    );
    const text = fc.array(nasty, { minLength: 1, maxLength: 12 }).map((parts) => `t${parts.join("")}`);
    fc.assert(
      fc.property(text, text, (title, path) => {
        const page = pageOf(`- [?] 1. ${title}\n  - _writes: ${path}_\n- [ ] 2. B\n`);
        expect(shapesOf(page).filter((shape) => !ours.includes(shape))).toEqual([]);
        expect(page).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
      }),
      { numRuns: 200 },
    );
  });
});

const units = (count: number, depends: (at: number) => readonly number[]): string =>
  Array.from({ length: count }, (_, at) => {
    const ids = depends(at + 1);
    return `- [ ] ${at + 1}. Unit ${at + 1}\n  - _writes: src/${at + 1}.ts_\n  - _Depends: ${ids.join(", ") || "none"}_`;
  }).join("\n");

describe("the drawn graph", () => {
  const graphs = fc
    .array(fc.array(fc.nat(60), { maxLength: 3 }), { minLength: 1, maxLength: 60 })
    .map((all) =>
      all.map((deps, at) => ({
        id: String(at),
        title: `Unit ${at}`,
        type: "code" as const,
        dependsOn: deps
          .filter((dep) => dep < at)
          .map((dep) => ({ id: String(dep), source: "declared" as const, because: "" })),
      })),
    );
  const measures = { perRow: 4, boxWidth: 100, boxHeight: 40, gap: 10, rowGap: 30 };

  it("has every unit once, no two boxes on one another, each below all that it waits for", () => {
    fc.assert(
      fc.property(graphs, (drawn) => {
        const { cells, width } = layoutOf(nodesOf(drawn), measures);
        const boxes = cells.filter(({ node }) => node !== null);
        expect(boxes.map(({ node }) => node!.id).toSorted()).toEqual(drawn.map(({ id }) => id).toSorted());
        const rowOf = new Map(boxes.map(({ node, row }) => [node!.id, row]));
        for (const { node, row } of boxes)
          for (const id of node!.waitsFor) expect(rowOf.get(id)).toBeLessThan(row);
        for (const a of cells)
          for (const b of cells)
            if (a !== b && a.row === b.row)
              expect(Math.abs(a.x - b.x) + 1e-6).toBeGreaterThanOrEqual((a.width + b.width) / 2);
        for (const { x, width: own } of cells) {
          expect(x - own / 2).toBeGreaterThanOrEqual(-1e-6);
          expect(x + own / 2).toBeLessThanOrEqual(width + 1e-6);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("leaves out exactly those edges that another path says", () => {
    const reach = (all: ReadonlyMap<string, readonly string[]>, from: string): Set<string> =>
      new Set((all.get(from) ?? []).flatMap((id) => [id, ...reach(all, id)]));
    const small = graphs.filter((drawn) => drawn.length <= 14);
    fc.assert(
      fc.property(small, (drawn) => {
        const full = new Map(drawn.map(({ id, dependsOn }) => [id, dependsOn.map((edge) => edge.id)]));
        const less = new Map(placed(drawn).map(({ unit, waitsFor }) => [unit.id, waitsFor]));
        for (const { id } of drawn) {
          expect(reach(less, id)).toEqual(reach(full, id));
          for (const kept of less.get(id)!) {
            const others = new Map(less).set(
              id,
              less.get(id)!.filter((other) => other !== kept),
            );
            expect(reach(others, id).has(kept)).toBe(false);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it("beyond 60 units shows groups that say how many they hold: sections between checkpoints, else levels", () => {
    const sections = Array.from(
      { length: 80 },
      (_, at) => `- [ ] ${at + 1}. ${at % 20 === 19 ? "Checkpoint" : "A"}`,
    );
    expect(nodesOf(aPlan(sections.join("\n")).units).map(({ label }) => label)).toEqual([
      "19 units from the start",
      "20 Checkpoint",
      "19 units after checkpoint 20",
      "40 Checkpoint",
      "19 units after checkpoint 40",
      "60 Checkpoint",
      "19 units after checkpoint 60",
      "80 Checkpoint",
    ]);
    const levels = nodesOf(aPlan(units(90, (at) => (at > 30 ? [at - 30] : []))).units);
    expect(levels.map(({ label }) => label)).toEqual([
      "30 units on level 1",
      "30 units on level 2",
      "30 units on level 3",
    ]);
  });

  it.each([61, 119, 1000])("holds %d units in a row in at most 60 groups", (count) => {
    const nodes = nodesOf(aPlan(units(count, (at) => (at > 1 ? [at - 1] : []))).units);
    expect(nodes.length).toBeLessThanOrEqual(60);
    expect(nodes.reduce((sum, { members }) => sum + members.length, 0)).toBe(count);
  });
});

it("no title breaks the Mermaid graph: each line is a node, an edge or the head", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 5 }), (titles) => {
      const text = titles.map((title, at) => `- [ ] ${at + 1}. ${title.replaceAll(/\s/g, " ")}`).join("\n");
      for (const line of graphOf(aPlan(text).units).slice(2, -1))
        expect(line).toMatch(
          /^ {2}u\d+(\["[\p{L}\p{N} .,:()/_-]*"\]|\{\{"[\p{L}\p{N} .,:()/_-]*"\}\}| --> u\d+)$/u,
        );
    }),
  );
});
