/**
 * requirements.md or bugfix.md: ids of requirements and their criteria, with their exact text. `1.2` is the second item
 * of the list below the heading numbered 1; bugfix.md writes `1.2` before the sentence itself.
 */
import { scan } from "./scan.ts";

export interface Requirements {
  /** `1` → title of the requirement, `1.2` → text of its second criterion. */
  texts: ReadonlyMap<string, string>;
}

/** `### Requirement 1: Title` in any language, `### 1. Title`, `### REQ-1`, `### FR-2`. */
const HEADING =
  /^(?:(?<letters>[A-Z]{1,4})-?|(?<words>(?:[\p{L}\p{M}]+\s){0,2}[\p{L}\p{M}]+)\s*-?\s*)?(?<number>\d+(?:\.\d+)*)(?:\s*[:.：、)–-]\s*|\s+|$)(?<title>.*)$/u;
const REQUIREMENT =
  /^(?:requirement|req|user story|需求|要件|要求|requisito|requerimiento|exigence|требование|요구사항|المتطلب|gereksinim|yêu cầu)/i;
const CRITERION = /^\s*(?:[-*+]\s+)?(?:\*\*)?(\d+(?:\.\d+)*)[.):]?(?:\*\*)?[.):]?\s+(.*)$/;
/** Letters that only say "requirement". */
const PLAIN = /^(?:r|req)$/i;

export function parseRequirements(text: string): Requirements {
  const texts = new Map<string, string>();
  let heading = "";
  let current: { id: string; level: number } | null = null;
  let last: string | null = null;
  for (const line of scan(text)) {
    if (line.kind === "heading") {
      heading = line.text.replace(/^[^\p{L}\p{N}]+/u, "");
      const found = HEADING.exec(heading)?.groups;
      last = null;
      if (found === undefined) continue;
      const words = found["words"];
      // `#### Scenario 1` below a requirement is a part of it.
      if (words !== undefined && !REQUIREMENT.test(words) && current !== null && line.level > current.level)
        continue;
      current = { id: named(found["letters"], found["number"]!), level: line.level };
      if (!texts.has(current.id)) texts.set(current.id, found["title"]!.trim());
    } else if (line.kind !== "text" || isEnd(line)) {
      last = null;
    } else {
      const [, number, sentence] = CRITERION.exec(line.text) ?? [];
      const isDotted = number?.includes(".") ?? false;
      if (number !== undefined && (isDotted || (current !== null && (last === null || line.indent < 3)))) {
        last = isDotted ? number : `${current!.id}.${number}`;
        const major = number.split(".")[0]!;
        if (isDotted && !texts.has(major)) texts.set(major, heading);
        if (!texts.has(last)) texts.set(last, sentence!.trim());
      } else if (last !== null) texts.set(last, `${texts.get(last)} ${line.text.trim()}`);
    }
  }
  return { texts };
}

/** What ends the paragraph of a criterion: an empty line, a bullet or a table at the margin. */
const isEnd = ({ text, indent }: { text: string; indent: number }): boolean =>
  text.trim() === "" || (indent === 0 && /^(?:[|>]|[-*+]\s(?!\s*\**\d))/.test(text));

const named = (letters: string | undefined, number: string): string =>
  letters === undefined || PLAIN.test(letters) ? number : `${letters}-${number}`;

/** What a task's line of requirements names: `1.1, 2.3`, ranges, `Requirements 4`, `R1.2`, `R2.AC1`, `FR-1`. */
export function criterionIds(list: string): string[] {
  const found: string[] = [];
  const rest = list
    .replaceAll(/\bR(?:EQ-?)?(\d+)\.AC-?(\d+)\b/gi, "$1.$2")
    .replaceAll(/(?<![\w.-])(\d{1,3})\s*[-–—~]\s*(\d{1,3})(?![\w.])/g, (_, from: string, to: string) =>
      Array.from(
        { length: Math.max(0, Number(to) - Number(from) + 1) },
        (_unused, at) => Number(from) + at,
      ).join(" "),
    )
    .replaceAll(/(\d+)\.(\d+)\s*[-–—~]\s*(?:(\d+)\.)?(\d+)/g, (whole, ...parts: string[]) => {
      const [major, from, other, to] = parts;
      if ((other !== undefined && other !== major) || Number(to) - Number(from) > 100) return whole;
      for (let n = Number(from); n <= Number(to); n++) found.push(`${major}.${n}`);
      return " ";
    });
  for (const [, letters, number] of rest.matchAll(/(?<![\w.])(?:([A-Z]{1,5})-?)?(\d+(?:\.\d+)*)\b/g)) {
    // `P3` is a property of design.md.
    if (letters !== "P") found.push(named(letters, number!));
  }
  return [...new Set(found)];
}
