/** The lines below a checkbox: requirements, dependencies, paths. Labels come in many languages (spec-variants). */
import { pathsIn } from "./paths.ts";

export interface Details {
  requirements: string[];
  dependsOn: string[];
  writes: string[];
  reads: string[];
}

const label = (words: string): RegExp =>
  new RegExp(`^[\\s>*+-]*[_*]{0,3}\\s*(?:${words})\\s*[:：]\\s*[_*]{0,3}\\s*(.*?)\\s*[_*]*\\s*$`, "iu");

const REQUIREMENTS = label(
  "requirements?|validates|需求|要件|対応要件|requisitos|requerimientos|exigences|требования|요구사항|المتطلبات",
);
const DEPENDS = label("depends(?: on)?|dependenc(?:y|ies)|依存タスク|依存|依赖|depende de|dépend de");
const WRITES = label("writes");
const READS = label("reads");
const ID = /\b(?:[A-Z]{1,12}-)?\d+(?:\.\d+)*[a-z]?\b/g;

export function readDetails(lines: readonly string[]): Details {
  const details: Details = { requirements: [], dependsOn: [], writes: [], reads: [] };
  for (const line of lines) {
    const add = (list: string[], values: readonly string[]): void => {
      for (const value of values) if (!list.includes(value)) list.push(value);
    };
    const required = REQUIREMENTS.exec(line);
    if (required) add(details.requirements, requirementIds(required[1]!));
    const depends = DEPENDS.exec(line);
    // Prose such as "install dependencies: fast-check" names no task.
    if (
      depends &&
      /^[\s\d.,;&a-z_*-]*$|tasks?\s+\d/i.test(depends[1]!) &&
      !/none|[a-z]{4,}-[a-z]/i.test(depends[1]!)
    )
      add(details.dependsOn, depends[1]!.match(ID) ?? []);
    add(details.writes, list(WRITES.exec(line)?.[1]));
    add(details.reads, list(READS.exec(line)?.[1]));
  }
  return details;
}

const list = (text: string | undefined): string[] =>
  (text ?? "")
    .split(/[,，、]/)
    .map((part) => part.trim().replaceAll(/^[`"']+|[`"'_]+$/g, ""))
    .filter(Boolean);

/** `1.1, 2.3`, ranges `1.1-1.4`, `Requirements 4`, `REQ-1`. */
function requirementIds(text: string): string[] {
  const found: string[] = [];
  let ranges = text;
  for (const [whole, major, from, other, to] of text.matchAll(/(\d+)\.(\d+)\s*[-–]\s*(?:(\d+)\.)?(\d+)/g)) {
    if (other !== undefined && other !== major) continue;
    for (let n = Number(from); n <= Number(to) && n - Number(from) < 100; n++) found.push(`${major}.${n}`);
    ranges = ranges.replace(whole, "");
  }
  return [...found, ...(ranges.match(/\b(?:[A-Z]{1,5}-?)?\d+(?:\.\d+)*\b/g) ?? [])];
}

/** Paths that a text names between backticks: a hint, never a declaration. */
export const hintedPaths = (markdown: string): string[] => pathsIn(markdown);
