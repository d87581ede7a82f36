/** Each line that test/parity-plan.md or test/parity-board.md says is held is named in the file that holds it. */
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
const [plan, board] = [rowsOf("parity-plan.md"), rowsOf("parity-board.md")];

it.each([...plan, ...board])("$file names $lines", ({ lines, file }) => {
  const text = readFileSync(join(TEST, file), "utf8");
  expect(lines.filter((line) => !new RegExp(`["\\s]${line}\\s`).test(text))).toEqual([]);
});

it("the lists are read", () => {
  expect(plan.length).toBeGreaterThan(15);
  expect(board).toHaveLength(4);
});
