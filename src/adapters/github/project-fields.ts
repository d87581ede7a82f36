/** The fields of a project that a run writes, and how a row's values stand in them. */
import type { ProjectRow } from "../../domain/board/project-rows.ts";
import { Criticality } from "../../domain/plan/plan.ts";
import { PHASES, type PhaseKind } from "../../domain/run/phase.ts";

export interface Field {
  id: string;
  name: string;
  dataType: string;
  options?: { id: string; name: string }[];
}

export interface Value {
  text?: string;
  number?: number;
  singleSelectOptionId?: string;
}

const words = (kind: string): string => kind.replaceAll("_", " ");

const select = (names: readonly string[]): object => ({
  dataType: "SINGLE_SELECT",
  singleSelectOptions: names.map((name) => ({ name: words(name), color: "GRAY", description: "" })),
});

/** A project has Status from the start; its options are people's, and overwriting them would empty every item. */
const WANTED: Readonly<Record<string, object>> = {
  Status: select(PHASES),
  Agent: { dataType: "TEXT" },
  Criticality: select(Criticality.options),
  Attempt: { dataType: "NUMBER" },
};

export function fieldsToMake(known: readonly Field[]): object[] {
  const names = new Set(known.map(({ name }) => name.toLowerCase()));
  return Object.entries(WANTED).flatMap(([name, form]) =>
    names.has(name.toLowerCase()) ? [] : [{ name, ...form }],
  );
}

/** Options that stand for a phase where there is none of its own name, the best first. */
const STAND_INS: Readonly<Record<PhaseKind, readonly string[]>> = {
  not_started: ["todo", "to do", "backlog"],
  in_progress: ["doing"],
  pending_review: ["in review", "in progress", "doing"],
  under_review: ["in review", "in progress", "doing"],
  fix_required: ["in progress", "doing"],
  final_review: ["in review", "in progress", "doing"],
  completed: ["done"],
  blocked: ["in progress", "doing"],
  skipped: ["done"],
  cancelled: ["done"],
};

/** Null for a field that is none of ours, or has no place for the value. */
export function valueFor({ name, dataType, options }: Field, row: ProjectRow): Value | null {
  const texts: Readonly<Record<string, readonly string[]>> = {
    status: [words(row.status), ...STAND_INS[row.status]],
    agent: [row.agent],
    criticality: row.criticality === null ? [] : [row.criticality],
    attempt: [String(row.attempt)],
  };
  const wanted = texts[name.toLowerCase()];
  const text = wanted?.[0];
  if (wanted === undefined || text === undefined) return null;
  if (dataType === "TEXT") return { text };
  if (dataType === "NUMBER") return name.toLowerCase() === "attempt" ? { number: row.attempt } : null;
  const found = wanted.flatMap(
    (one) =>
      options?.find(
        (option) => option.name.toLowerCase().replaceAll(/[-_]/g, " ") === one.replaceAll("-", " "),
      ) ?? [],
  )[0];
  return found ? { singleSelectOptionId: found.id } : null;
}
