/** Clarification debt as people see it: a line of counts, and an entry for lessons-learned.md to take over. */
import { debtOf, isLocked, type Correction } from "../run/debt.ts";
import type { RunView } from "../run/view.ts";
import { fenced, harmlessLine } from "../text/harmless.ts";
import { few, fold } from "./body.ts";

const MAX_LINES = 30;

const COUNTED: readonly { kind: Correction["kind"]; one: string; many: string }[] = [
  { kind: "answer", one: "question answered", many: "questions answered" },
  { kind: "changes", one: "request for changes", many: "requests for changes" },
  { kind: "redo", one: "time reviewed work done again", many: "times reviewed work done again" },
];

/** Empty while nobody had to correct anything. */
export function debtLines({ state, units }: RunView): string[] {
  const { points, corrections } = debtOf(state);
  if (points === 0) return [];
  const counts = COUNTED.flatMap(({ kind, one, many }) => {
    const count = corrections.filter((correction) => correction.kind === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  const locked = units.filter(({ unit }) => isLocked(state, unit.id)).map(({ unit }) => unit.id);
  return [
    `- Clarification debt: ${points} points (${counts.join(", ")})`,
    ...(locked.length > 0
      ? [
          `- Scope locked, \`retry\` is not taken: ${few(
            locked.map((id) => harmlessLine(id, 40)),
            20,
          )}`,
        ]
      : []),
  ];
}

/** What is known stands there; the cause is for a person to name. */
export function lessonEntry({ state, byId }: RunView): string[] {
  const { points, corrections, hasLesson } = debtOf(state);
  if (!hasLesson) return [];
  const lines = corrections.slice(0, MAX_LINES).map(({ kind, unit, about }) => {
    const pull = byId.get(unit)?.pull;
    const where = `unit ${unit}${pull ? ` (#${pull.number})` : ""}`;
    if (kind === "answer") return `- ${oneLine(about)}`;
    return kind === "changes"
      ? `- A person asked for changes to ${where} at ${about.slice(0, 7)}.`
      : `- The reviewed work of ${where} was done again at a person's word.`;
  });
  const more = corrections.length - lines.length;
  const entry = [
    `## ${oneLine(state.spec.name)}, run #${state.run}: ${points} points of clarification debt`,
    "",
    ...lines,
    ...(more > 0 ? [`- … and ${more} more`] : []),
    "",
    "Root cause: (what did the spec leave open?)",
    "Next time: (which sentence in requirements.md or design.md would have prevented it?)",
  ];
  return fold("An entry for the lessons learned, to complete and take over", [
    "For `lessons-learned.md`:",
    "",
    fenced(entry.join("\n"), 12_000),
  ]);
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim().slice(0, 300);
