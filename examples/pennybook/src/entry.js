import { centsOf } from "./money.js";

const LINE = /^(\d{4}-\d\d-\d\d) (\S+) (\S+)(?: (.*))?$/;

/**
 * Reads one line of a book: "2026-03-04 food 12.50 bread and milk".
 * @param {string} line
 * @returns {{ date: string, category: string, cents: number, note: string }}
 */
export function readEntry(line) {
  const found = LINE.exec(line);
  if (!found) throw new RangeError(`This is no entry: ${line}`);
  const [, date, category, amount, note = ""] = found;
  return { date, category, cents: centsOf(amount), note };
}
