/** Ids of requirements and criteria: `1`, `1.2`, `FR-1`; letters that only say "requirement" fall away. */

const PLAIN = /^(?:r|req)$/i;
const CRITERIA =
  /(?<![\w.-])(?:R|REQ-?)?(\d{1,4})\.(\d{1,4})\s?(?:[-–—~～]|to)\s?(?:(?:R|REQ-?)?(\d{1,4})\.)?(\d{1,4})(?![\w.]*\d)/gu;
const REQUIREMENTS =
  /(?<![\w.-])([A-Z]{1,5}-?|[A-Z]{6,16}-)?(\d{1,4})\s?(?:[-–—~～]|to)\s?(?:\1)?(\d{1,4})(?![\w.]*\d)/gu;
const ONE =
  /(?<![\w.])(?:([A-Z]{1,5}(?=-?\d)|[A-Z]{6,16}(?=-))-?)?(\d{1,9}(?:(?:\.\d{1,9}){1,9}[a-z]?)?)(?!\w)/gu;
const MAX_RANGE = 100;
const MAX_LIST = 4000;

export const named = (letters: string | undefined, number: string): string =>
  letters === undefined || PLAIN.test(letters) ? number : `${letters}-${number}`;

/** What a task's line of requirements names: `1.1, 2.3`, ranges, `Requirements 4`, `R1.2`, `R2.AC1`, `FR-1`. */
export function criterionIds(list: string): string[] {
  const found = new Set<string>();
  const text = list
    .slice(0, MAX_LIST)
    .replaceAll(/\bR(?:EQ-?)?(\d{1,4})\.AC-?(\d{1,4})\b/gi, "$1.$2")
    .replaceAll(CRITERIA, (whole: string, ...parts: string[]) => {
      const [major, from, other, to] = parts;
      return (other ?? major) === major ? range(`${major}.`, [from!, to!], whole) : whole;
    })
    .replaceAll(REQUIREMENTS, (whole: string, ...[letters, from, to]: (string | undefined)[]) =>
      range(letters ?? "", [from!, to!], whole),
    );
  for (const [, letters, number] of text.matchAll(ONE)) {
    // `P3` is a property of design.md.
    if (letters !== "P") found.add(named(letters, number!));
  }
  return [...found];
}

function range(head: string, [from, to]: readonly [string, string], whole: string): string {
  const count = Number(to) - Number(from);
  if (count < 0 || count > MAX_RANGE) return whole;
  return Array.from(
    { length: count + 1 },
    (_, at) => `${head}${String(Number(from) + at).padStart(from.length, "0")}`,
  ).join(" ");
}
