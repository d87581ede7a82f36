/**
 * requirements.md or bugfix.md: ids of requirements and their criteria, with their exact text. `1.2` is the second item
 * of the list below the heading numbered 1; bugfix.md writes `1.2` before the sentence itself.
 */
import type { Diagnostic } from "../problem.ts";
import { nearest } from "../text/nearest.ts";
import { named } from "./criterion-ids.ts";
import { scan } from "./scan.ts";
import { isBelow } from "./task-id.ts";
import type { Task } from "./tasks.ts";

export interface Requirements {
  /** `1` → title of the requirement and what stands below it, `1.2` → text of its second criterion. */
  texts: ReadonlyMap<string, string>;
}

/** `Requirement 1: Title` in any language, `1. Title`, `REQ-1`, `FR-2`. */
const HEADING =
  /^(?:(?<letters>[A-Z]{1,5}(?=-?\d)|[A-Z]{6,16}(?=-\d))-?|(?<words>[\p{L}\p{M}]{1,30}(?:\s[\p{L}\p{M}]{1,30}){0,2})\s?-?\s?)?(?<number>\d{1,6}(?:\.\d{1,6}){0,9})(?:\s?[:.：、)–-]\s*|\s+|$)(?<title>.*)$/su;
const REQUIREMENT =
  /^(?:requirement|req|user story|story|需求|要件|要求|requisito|requerimiento|exigence|anforderung|требование|요구사항|المتطلب|gereksinim|yêu cầu)/iu;
/** The number, in bold or not, before the sentence of a criterion. */
const CRITERION =
  /^\s*(?:[-*+]\s+)?(?:\[[ xX]?\]\s+)?(?:\*\*)?(?:([A-Z]{1,5})-?)?(\d{1,6}(?:\.\d{1,6}){0,9}[a-z]?)(?:[.):]?(?:\*\*)?[.):]?\s+|[：、]\s*)(\S.*)$/su;
/** `**FR-2.1: Title**` alone on its line: what stands below is its text. */
const TITLE = /^\s*\*\*[^*]+\*\*\s*$/su;
/** `| FR-1 | The sentence | Must |` */
const ROW = /^\s*\|\s*(?:\*\*)?([A-Z]{1,5})-?(\d{1,6}(?:\.\d{1,6}){0,9})(?:\*\*)?\s*\|\s*([^|]{1,2000})/su;
const BULLET = /^ {0,3}[-*+]\s+(?:\[[ xX]?\]\s+)?(\S.*)$/su;

interface Reader {
  titles: Map<string, string>;
  /** Requirement → the lines below its heading. */
  bodies: Map<string, string[]>;
  criteria: Map<string, string>;
  heading: string;
  current: { id: string; level: number } | null;
  /** The criterion that a further line goes on with, and whether bullets and empty lines belong to it. */
  last: { id: string; isTitle: boolean } | null;
}

export function parseRequirements(text: string): Requirements {
  const reader: Reader = {
    titles: new Map(),
    bodies: new Map(),
    criteria: new Map(),
    heading: "",
    current: null,
    last: null,
  };
  for (const line of scan(text).lines) {
    if (line.kind === "heading") readHeading(line, reader);
    else if (line.kind === "text") readText(line.text, line.indent, reader);
    else if (line.kind === "box") readText(`- ${line.rest.trim()}`, line.indent, reader);
    else reader.last = null;
  }
  const { titles, bodies, criteria } = reader;
  const texts = new Map<string, string>();
  for (const [id, title] of titles) texts.set(id, [title, ...(bodies.get(id) ?? [])].join("\n").trim());
  for (const [id, sentence] of criteria) if (!texts.has(id)) texts.set(id, sentence.trim());
  nameBullets(bodies, texts);
  return { texts };
}

/** Criteria without numbers are counted, where a requirement has no others. */
function nameBullets(bodies: Reader["bodies"], texts: Map<string, string>): void {
  const numbered = new Set([...texts.keys()].map(headOf));
  for (const [id, body] of bodies) {
    const bullets = numbered.has(id) ? [] : body.flatMap((line) => BULLET.exec(line)?.[1] ?? []);
    for (const [at, bullet] of bullets.entries()) texts.set(`${id}.${at + 1}`, bullet.trim());
  }
}

function readHeading({ text, level }: { text: string; level: number }, reader: Reader): void {
  const { titles, current } = reader;
  reader.heading = text.replace(/^[^\p{L}\p{N}]+/u, "").replaceAll("**", "");
  reader.last = null;
  const found = HEADING.exec(reader.heading)?.groups;
  if (found === undefined) {
    // Another chapter on the same level is no part of the requirement before.
    if (current !== null && level < current.level) reader.current = null;
    return;
  }
  const words = found["words"];
  // `#### Scenario 1` below a requirement is a part of it.
  if (words !== undefined && !REQUIREMENT.test(words) && current !== null && level > current.level) return;
  const id = named(found["letters"], found["number"]!);
  reader.current = { id, level };
  if (!titles.has(id)) titles.set(id, found["title"]!.trim());
}

function readText(text: string, indent: number, reader: Reader): void {
  const { bodies, criteria, current, last } = reader;
  if (current !== null) {
    const body = bodies.get(current.id);
    if (body) body.push(text.trimEnd());
    else bodies.set(current.id, [text.trimEnd()]);
  }
  const [, key, row, cell] = ROW.exec(text) ?? [];
  if (row !== undefined && !criteria.has(named(key, row))) criteria.set(named(key, row), cell!);
  if (isEnd(text, indent) && !last?.isTitle) {
    reader.last = null;
    return;
  }
  const [, letters, number, sentence] = CRITERION.exec(text) ?? [];
  const isNamed = number !== undefined && (number.includes(".") || letters !== undefined);
  const isItem = number !== undefined && current !== null && !last?.isTitle && (last === null || indent < 3);
  if (isNamed || isItem) {
    const id = isNamed ? named(letters, number) : `${current!.id}.${number}`;
    const isTitle = TITLE.test(text);
    if (isNamed && letters === undefined) nameMajor(id, reader);
    if (!criteria.has(id)) criteria.set(id, closed(sentence!));
    reader.last = { id, isTitle };
  } else if (last !== null)
    criteria.set(
      last.id,
      `${criteria.get(last.id)}${last.isTitle || /^\s*[-*+]\s/.test(text) ? `\n${text.trimEnd()}` : ` ${text.trim()}`}`,
    );
}

/** bugfix.md numbers its sentences below headings without a number. */
function nameMajor(id: string, { titles, heading }: Reader): void {
  const major = id.slice(0, id.indexOf("."));
  if (!titles.has(major)) titles.set(major, heading);
}

/** Without the emphasis that began before the number. */
const closed = (sentence: string): string =>
  sentence.split("**").length % 2 === 0 ? sentence.replace("**", "") : sentence;

/** What ends the paragraph of a criterion: an empty line, a bullet or a table at the margin. */
const isEnd = (text: string, indent: number): boolean =>
  text.trim() === "" || (indent === 0 && /^(?:[|>]|[-*+]\s(?!\s*(?:\*\*)?(?:[A-Z]{1,5}-?)?\d))/.test(text));

/** For how many unknown ids, and among how many known ones, the nearest is looked for. */
const MAX_SEARCHES = 100;
const MAX_KNOWN = 2000;

/** Requirements that tasks name and nobody wrote. */
export function unknownRequirements(tasks: readonly Task[], requirements: Requirements | null): Diagnostic[] {
  const first = tasks.find((task) => task.requirements.length > 0);
  if (first === undefined) return [];
  const texts = requirements?.texts;
  if (texts === undefined || texts.size === 0) return [withoutRequirements(first, requirements)];
  const known = [...texts.keys()].slice(0, MAX_KNOWN);
  const closest = new Map<string, string | null>();
  const closestTo = (id: string): string | null => {
    if (!closest.has(id) && closest.size < MAX_SEARCHES) {
      const siblings = known.filter((other) => id.includes(".") && isBelow(other, headOf(id)));
      closest.set(id, nearest(id, siblings.length > 0 ? siblings : known));
    }
    return closest.get(id) ?? null;
  };
  return tasks.flatMap((task) =>
    task.requirements.filter((id) => !texts.has(id)).map((id) => unknown(task, { id, close: closestTo(id) })),
  );
}

const unknown = (
  { id: task, line }: Task,
  { id, close }: { id: string; close: string | null },
): Diagnostic => ({
  severity: "warning",
  code: "unknown-requirement",
  line,
  column: 1,
  what: `Task ${task} names requirement ${id}`,
  why: "the requirements have none of that id",
  fix: close === null ? "Name one that is there." : `Did you mean ${close}?`,
});

const headOf = (id: string): string => id.slice(0, Math.max(0, id.lastIndexOf(".")));

const withoutRequirements = ({ id, line }: Task, requirements: Requirements | null): Diagnostic => ({
  severity: "warning",
  code: "no-requirements",
  line,
  column: 1,
  what: `Task ${id} and perhaps others name requirements`,
  why:
    requirements === null
      ? "there is no requirements.md or bugfix.md beside tasks.md"
      : "no requirement with an id was found beside tasks.md",
  fix: "Add them, so that agents are told what is wanted.",
});
