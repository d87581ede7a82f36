/** A title or a line can be as long as a file: no more of it is measured than there is room for. */
import { beforeEach, expect, it, vi } from "vitest";
import { markedLine } from "../../../src/domain/plan-view/diagnostics.ts";
import { cut, wrapped } from "../../../src/domain/plan-view/look.ts";
import { textGraph } from "../../../src/domain/plan-view/text-graph.ts";
import { aPlan } from "../../support/run.ts";

const measured = vi.hoisted(() => ({ letters: 0 }));
vi.mock(import("string-width"), async (original) => {
  const { default: widthOf } = await original();
  return {
    default: (text: string) => {
      measured.letters += text.length;
      return widthOf(text);
    },
  };
});

const LONG = "→".repeat(100_000);

beforeEach(() => {
  measured.letters = 0;
});

it.each<{ what: string; shown: () => unknown; is: unknown }>([
  { what: "cut", shown: () => cut(LONG, 5), is: "→→→→…" },
  {
    what: "broken into lines",
    shown: () => wrapped(LONG, { width: 3, lines: 2 }),
    is: ["→→→", "→→…"],
  },
  { what: "marked", shown: () => markedLine(LONG, 1)!.mark, is: "^".repeat(200) },
  {
    what: "drawn in the graph",
    shown: () =>
      textGraph(aPlan("- [ ] 1. A\n- [ ] 2. B\n").units.map((unit) => ({ ...unit, title: LONG })))[0],
    is: `level 1 ── 1 ${"→".repeat(57)}…`,
  },
])("is $what", ({ shown, is }) => {
  expect(shown()).toEqual(is);
  expect(measured.letters).toBeLessThan(2_000);
});
