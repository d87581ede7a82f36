import assert from "node:assert/strict";
import test from "node:test";
import { amountText, centsOf } from "../src/money.js";

for (const [text, cents] of [
  ["12.50", 1250],
  ["0.05", 5],
  ["0.00", 0],
  ["-3.20", -320],
]) {
  test(`"${text}" is ${cents} cents`, () => {
    assert.equal(centsOf(text), cents);
    assert.equal(amountText(cents), text);
  });
}

for (const text of ["", "12", "12.5", "12,50", "1e3.00"]) {
  test(`"${text}" is no amount`, () => assert.throws(() => centsOf(text), RangeError));
}
