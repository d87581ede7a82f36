import assert from "node:assert/strict";
import test from "node:test";
import { UNITS } from "../src/units.js";

test("units go from largest to smallest, each a whole multiple of the next", () => {
  for (let i = 1; i < UNITS.length; i += 1) {
    assert.ok(UNITS[i - 1].ms > UNITS[i].ms);
    assert.equal(UNITS[i - 1].ms % UNITS[i].ms, 0);
  }
  assert.equal(UNITS.at(-1).ms, 1);
});

test("no two units share a spelling", () => {
  const spellings = UNITS.flatMap((unit) => [unit.short, unit.name]);
  assert.equal(new Set(spellings).size, spellings.length);
});

test("the table cannot be changed from outside", () => {
  assert.throws(() => UNITS.push({ short: "fn", name: "fortnight", ms: 1_209_600_000 }), TypeError);
  assert.throws(() => {
    UNITS[0].ms = 0;
  }, TypeError);
});
