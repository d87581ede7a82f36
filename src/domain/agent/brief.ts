/**
 * The brief of one attempt: `brief.md`. Own words stay under 500; all else is quoted from the spec at the recorded
 * commit, from reviews, or from commands. Quoted text stands in fences that it cannot close, and the brief says that
 * it is data: a sentence in it changes no rule.
 *
 * One more part: a function in brief-parts.ts, and its place in the lists below. A part with nothing to say is left out.
 */
import type { Role } from "../run/names.ts";
import { DATA } from "../text/harmless.ts";
import type { BriefInput } from "./brief-input.ts";
import {
  answer,
  design,
  learnings,
  mend,
  opening,
  paths,
  requirements,
  rubric,
  rules,
  tasks,
  testFirst,
  verify,
} from "./brief-parts.ts";
import { diffPart } from "./diff.ts";
import { planAnswer, planOpening, planRules, planUnits } from "./plan-brief.ts";

/** Of our own in one brief. */
export const WORD_BUDGET = 500;

type Part = (input: BriefInput) => string;

const SPEC: readonly Part[] = [tasks, requirements, design];
const WORK: readonly Part[] = [opening, rules, testFirst, ...SPEC, learnings, paths, mend, verify, answer];

const PARTS: Readonly<Record<Role, readonly Part[]>> = {
  implement: WORK,
  fix: WORK,
  resolve: WORK,
  review: [opening, rules, ...SPEC, rubric, paths, diffPart, mend, answer],
  plan: [planOpening, planRules, planUnits, design, mend, planAnswer],
  // Nobody reads one there.
  verify: [opening, verify],
};

export function buildBrief(input: BriefInput): string {
  const parts = PARTS[input.role].map((part) => part(input));
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Words of a brief that are ours: all but what stands in fences of data. */
export function ownWords(brief: string): number {
  let words = 0;
  let fence: string | null = null;
  for (const line of brief.split("\n")) {
    if (fence === null) {
      fence = line.endsWith(DATA) && /^`{3,}/.test(line) ? line.slice(0, -DATA.length) : null;
      if (fence === null) words += line.split(/\s+/).filter((word) => word !== "").length;
    } else if (line === fence) fence = null;
  }
  return words;
}
