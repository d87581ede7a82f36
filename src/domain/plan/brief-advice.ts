/** What the plan says of the briefs that its units would get: too many words of ours, or too much to quote. */
import type { BriefInput } from "../agent/brief-input.ts";
import { buildBrief, ownWords, WORD_BUDGET } from "../agent/brief.ts";
import { unitBrief } from "../agent/unit-brief.ts";
import type { Config } from "../config.ts";
import type { Diagnostic } from "../problem.ts";
import { few } from "./advice.ts";
import type { Plan, PlanUnit } from "./plan.ts";
import { isHard } from "./ready.ts";
import type { Group } from "./units.ts";

/** Characters of tasks and requirements; of 1,451 real units nine in ten have fewer than 2,700. */
const MAX_QUOTED = 12_000;

interface Briefed {
  units: readonly PlanUnit[];
  groups: readonly Group[];
  /** Texts of requirements by id. */
  criteria: ReadonlyMap<string, string>;
  config: Config;
  spec: Plan["spec"];
}

export function briefAdvice(briefed: Briefed): Diagnostic[] {
  const lines = new Map(briefed.groups.map(({ id, tasks }) => [id, tasks[0]!.line]));
  const units = briefed.units.filter(({ type, person }) => type !== "checkpoint" && person === null);
  return [...manyWords(units, briefed), ...muchQuoted(units, briefed)].map(({ unit, ...text }) => ({
    severity: "warning",
    line: lines.get(unit) ?? 1,
    column: 1,
    ...text,
  }));
}

type Advice = Pick<Diagnostic, "code" | "what" | "why" | "fix"> & { unit: string };

function manyWords(units: readonly PlanUnit[], briefed: Briefed): Advice[] {
  const known = new Map<string, number>();
  const wordsOf = (unit: PlanUnit): number => {
    // Nothing else of a unit changes our words.
    const key = `${unit.report !== null} ${isHard(unit)} ${unit.type} ${unit.reviewers.map(({ role }) => role).join()}`;
    const words = known.get(key) ?? mostWords(unit, briefed);
    known.set(key, words);
    return words;
  };
  const over = units.filter((unit) => wordsOf(unit) > WORD_BUDGET);
  if (over.length === 0) return [];
  const most = Math.max(...known.values());
  return [
    {
      unit: over[0]!.id,
      code: "brief-words",
      what: `The briefs of ${few(over.map(({ id }) => id))} may hold ${most} words of ours`,
      why: `${WORD_BUDGET} are the limit, for among more the work itself is lost; \`briefs.rules\` of the configuration counts`,
      fix: "Shorten those rules; what describes the work belongs in the spec.",
    },
  ];
}

/** Of any role, with all that may have come before. */
function mostWords(unit: PlanUnit, { config, spec }: Briefed): number {
  const quotes = {
    details: new Map<string, string>(),
    criteria: new Map<string, string>(),
    design: "x",
    rubric: "x",
  };
  const subject = { plan: { spec, tasks: [] }, config, unit, quotes };
  const asked = [
    ...(["implement", "fix", "resolve"] as const).map((role) => ({ role, reviewer: null })),
    ...unit.reviewers.map(({ role }) => ({ role: "review" as const, reviewer: role })),
  ];
  const briefs = asked.map((who) =>
    ownWords(buildBrief({ ...unitBrief(subject, { ...who, attempt: 3 }), ...ALL_THAT_MAY_BE })),
  );
  return Math.max(...briefs);
}

const ALL_THAT_MAY_BE: Partial<BriefInput> = {
  tasks: [{ id: "x", title: "x", done: false, details: "" }],
  requirements: [{ id: "x", text: "x" }],
  learnings: ["x"],
  findings: [
    {
      id: null,
      severity: "major",
      path: null,
      line: null,
      summary: "x",
      details: "",
      criterion: null,
      fix: null,
    },
  ],
  troubles: [
    { what: "The last attempt's verify commands ended red with", text: "x" },
    { what: "A person with write access asks for changes", text: "x" },
  ],
  history: ["x"],
  before: { wasCutShort: true, files: ["x"], note: { done: "x", left: "x", howToVerify: "x" } },
};

function muchQuoted(units: readonly PlanUnit[], { groups, criteria }: Briefed): Advice[] {
  const byId = new Map(groups.map((group) => [group.id, group]));
  return units.flatMap(({ id, taskIds }) => {
    const tasks = byId.get(id)!.tasks;
    const wanted = new Set(tasks.flatMap(({ requirements }) => requirements));
    const quoted =
      tasks.reduce((sum, { title, details }) => sum + title.length + details.length, 0) +
      [...wanted].reduce((sum, one) => sum + (criteria.get(one)?.length ?? 0), 0);
    return quoted <= MAX_QUOTED
      ? []
      : [
          {
            unit: id,
            code: "brief-data",
            what: `The brief of unit ${id} would quote ${quoted} characters of the spec`,
            why: `an agent does best with few things at once; ${MAX_QUOTED} are much, and far more are cut`,
            fix:
              taskIds.length > 1
                ? "Make several units of its sub-tasks."
                : "Split it, or move what only explains to design.md.",
          },
        ];
  });
}
