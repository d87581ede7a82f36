/** Each line that test/parity-plan.md, test/parity-board.md or test/parity-run.md says is held is named in the file that holds it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const TEST = join(import.meta.dirname, "../..");
const rowsOf = (list: string) => {
  const [held = ""] = readFileSync(join(TEST, list), "utf8").split("## Replaced");
  return [...held.matchAll(/^\| ([A-Z]\d[^|]*) \|[^|]*\| `([^`]+)` \|$/gm)].map(([, lines, file]) => ({
    lines: lines!.split(", "),
    file: file!,
  }));
};
const [plan, board, run] = [rowsOf("parity-plan.md"), rowsOf("parity-board.md"), rowsOf("parity-run.md")];

it.each([...plan, ...board, ...run])("$file names $lines", ({ lines, file }) => {
  const text = readFileSync(join(TEST, file), "utf8");
  expect(lines.filter((line) => !new RegExp(`["\\s]${line}\\s`).test(text))).toEqual([]);
});

it("the lists are read", () => {
  expect(plan.length).toBeGreaterThan(15);
  expect(board).toHaveLength(4);
  expect(run.length).toBeGreaterThan(25);
});

/** By section of the checklist: the letter of its lines, and how many there are. */
it.each([
  ["I", 8],
  ["C", 7],
  ["F", 10],
  ["E", 13],
])("each line %s up to %i is in the list of a run", (letter, count) => {
  const rows = readFileSync(join(TEST, "parity-run.md"), "utf8").matchAll(/^\| ([A-Z]\d[^|]*) \|/gm);
  const named = new Set([...rows].flatMap(([, lines]) => lines!.split(", ")));
  const all = Array.from({ length: count }, (_, at) => `${letter}${at + 1}`);
  expect(all.filter((line) => !named.has(line))).toEqual([]);
});
