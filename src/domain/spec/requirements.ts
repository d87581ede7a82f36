/**
 * requirements.md or bugfix.md: ids of requirements and their criteria, with their exact text. `1.2` is the second item
 * of the list below the heading numbered 1; bugfix.md writes `1.2` before the sentence itself.
 */
import type { Diagnostic } from "../problem.ts";
import { nearest } from "../text/nearest.ts";
import { named } from "./criterion-ids.ts";
import { scan } from "./scan.ts";
import type { Task } from "./tasks.ts";

export interface Requirements {
  /** `1` → title of the requirement, `1.2` → text of its second criterion. */
  texts: ReadonlyMap<string, string>;
}

/** `Requirement 1: Title` in any language, `1. Title`, `REQ-1`, `FR-2`. */
const HEADING =
  /^(?:(?<letters>[A-Z]{1,5})-?|(?<words>[\p{L}\p{M}]{1,30}(?:\s[\p{L}\p{M}]{1,30}){0,2})\s?-?\s?)?(?<number>\d{1,6}(?:\.\d{1,6}){0,9})(?:\s?[:.：、)–-]\s*|\s+|$)(?<title>.*)$/su;
const REQUIREMENT =
  /^(?:requirement|req|user story|story|需求|要件|要求|requisito|requerimiento|exigence|anforderung|требование|요구사항|المتطلب|gereksinim|yêu cầu)/iu;
/** The number, in bold or not, before the sentence of a criterion. */
const CRITERION =
  /^\s*(?:[-*+]\s+)?(?:\[[ xX]?\]\s+)?(?:\*\*)?(?:([A-Z]{1,5})-?)?(\d{1,6}(?:\.\d{1,6}){0,9}[a-z]?)[.):：]?(?:\*\*)?[.):：]?\s+(\S.*)$/su;

export function parseRequirements(text: string): Requirements {
  const reader: Reader = { texts: new Map(), heading: "", current: null, last: null };
  for (const line of scan(text).lines) {
    if (line.kind === "heading") readHeading(line, reader);
    else if (line.kind === "text") readText(line.text, line.indent, reader);
    else if (line.kind === "box") readText(`- ${line.rest.trim()}`, line.indent, reader);
    else reader.last = null;
  }
  return { texts: new Map([...reader.texts].map(([id, parts]) => [id, parts.join(" ")])) };
}

interface Reader {
  texts: Map<string, string[]>;
  heading: string;
  current: { id: string; level: number } | null;
  /** The criterion that a further line goes on with. */
  last: string | null;
}

function readHeading({ text, level }: { text: string; level: number }, reader: Reader): void {
  reader.heading = text.replace(/^[^\p{L}\p{N}]+/u, "").replaceAll("**", "");
  reader.last = null;
  const found = HEADING.exec(reader.heading)?.groups;
  if (found === undefined) {
    // Another chapter on the same level is no part of the requirement before.
    if (reader.current !== null && level < reader.current.level) reader.current = null;
    return;
  }
  const words = found["words"];
  // `#### Scenario 1` below a requirement is a part of it.
  if (
    words !== undefined &&
    !REQUIREMENT.test(words) &&
    reader.current !== null &&
    level > reader.current.level
  )
    return;
  reader.current = { id: named(found["letters"], found["number"]!), level };
  if (!reader.texts.has(reader.current.id)) reader.texts.set(reader.current.id, [found["title"]!.trim()]);
}

function readText(text: string, indent: number, reader: Reader): void {
  const { texts, current, last } = reader;
  if (isEnd(text, indent)) {
    reader.last = null;
    return;
  }
  const [, letters, number, sentence] = CRITERION.exec(text) ?? [];
  const isDotted = number?.includes(".") ?? false;
  if (number !== undefined && (isDotted || (current !== null && (last === null || indent < 3)))) {
    const id = isDotted || letters !== undefined ? named(letters, number) : `${current!.id}.${number}`;
    const major = id.includes(".") ? id.slice(0, id.indexOf(".")) : id;
    if (isDotted && !texts.has(major)) texts.set(major, [reader.heading]);
    if (texts.has(id)) reader.last = null;
    else {
      texts.set(id, [sentence!.trim()]);
      reader.last = id;
    }
  } else if (last !== null) texts.get(last)!.push(text.trim());
}

/** What ends the paragraph of a criterion: an empty line, a bullet or a table at the margin. */
const isEnd = (text: string, indent: number): boolean =>
  text.trim() === "" || (indent === 0 && /^(?:[|>]|[-*+]\s(?!\s*(?:\*\*)?(?:[A-Z]{1,5}-?)?\d))/.test(text));

/** Requirements that tasks name and nobody wrote. */
export function unknownRequirements(tasks: readonly Task[], { texts }: Requirements): Diagnostic[] {
  if (texts.size === 0) return [];
  const known = [...texts.keys()];
  return tasks.flatMap(({ id, line, requirements }) =>
    requirements
      .filter((one) => !texts.has(one))
      .map((one): Diagnostic => {
        const close = nearest(one, known);
        return {
          severity: "warning",
          code: "unknown-requirement",
          line,
          column: 1,
          what: `Task ${id} names requirement ${one}`,
          why: "the requirements have none of that id",
          fix: close === null ? "Name one that is there." : `Did you mean ${close}?`,
        };
      }),
  );
}
