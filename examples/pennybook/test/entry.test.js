import assert from "node:assert/strict";
import test from "node:test";
import { readEntry } from "../src/entry.js";

test("a line has a date, a category, an amount and a note", () => {
  assert.deepEqual(readEntry("2026-03-04 food 12.50 bread and milk"), {
    date: "2026-03-04",
    category: "food",
    cents: 1250,
    note: "bread and milk",
  });
});

test("the note may be missing", () => assert.equal(readEntry("2026-03-05 fun 9.00").note, ""));

for (const line of ["", "yesterday food 1.00", "2026-03-04 food", "2026-03-04 food 1,00"]) {
  test(`"${line}" is no entry`, () => assert.throws(() => readEntry(line), RangeError));
}
