/** Each line that test/parity-plan.md says is held is named in the file that holds it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const TEST = join(import.meta.dirname, "../..");
const [held = ""] = readFileSync(join(TEST, "parity-plan.md"), "utf8").split("## Replaced");
const rows = [...held.matchAll(/^\| ([A-Z]\d[^|]*) \|[^|]*\| `([^`]+)` \|$/gm)].map(([, lines, file]) => ({
  lines: lines!.split(", "),
  file: file!,
}));

it.each(rows)("$file names $lines", ({ lines, file }) => {
  const text = readFileSync(join(TEST, file), "utf8");
  expect(lines.filter((line) => !new RegExp(`["\\s]${line}\\s`).test(text))).toEqual([]);
});

it("the list is read", () => expect(rows.length).toBeGreaterThan(15));
