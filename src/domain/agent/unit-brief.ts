/** The brief of a unit as far as plan, configuration and spec tell it; what came before is added by who knows it. */
import { verifyCommands, type Config } from "../config.ts";
import type { Plan, PlanUnit } from "../plan/plan.ts";
import { isHard } from "../plan/ready.ts";
import type { Role } from "../run/names.ts";
import { designExcerpt } from "../spec/design-excerpt.ts";
import { parseRequirements } from "../spec/requirements.ts";
import { parseTasks } from "../spec/tasks.ts";
import { AGENT_MINUTES, type BriefInput } from "./brief-input.ts";

/** The texts of a spec as a brief needs them. */
export interface SpecQuotes {
  /** Of each task, below its title. */
  details: ReadonlyMap<string, string>;
  criteria: ReadonlyMap<string, string>;
  design: string;
  rubric: string;
}

/** Texts are empty where there is no such file. `requirements` is bugfix.md in its place. */
export const quotesOf = (
  texts: Record<"tasks" | "requirements" | "design" | "rubric", string>,
): SpecQuotes => ({
  details: new Map(parseTasks(texts.tasks).tasks.map(({ id, details }) => [id, details])),
  criteria: parseRequirements(texts.requirements).texts,
  design: texts.design,
  rubric: texts.rubric,
});

export interface Subject {
  plan: Pick<Plan, "spec" | "tasks">;
  config: Config;
  unit: PlanUnit;
  quotes: SpecQuotes;
}

export function unitBrief(
  { plan, config, unit, quotes }: Subject,
  { role, reviewer, attempt }: { role: Role; reviewer: string | null; attempt: number },
): BriefInput {
  const ids = new Set(unit.taskIds);
  const open = plan.tasks.filter(({ id }) => ids.has(id));
  // What the spec ticks is no task of the unit any more, but its neighbours build on it.
  const tasks = plan.tasks.filter(
    ({ id, parent, status }) => ids.has(id) || (status === "completed" && parent !== null && ids.has(parent)),
  );
  const wanted = [...new Set(open.flatMap((task) => task.requirements))];
  const words = [...unit.writes, ...unit.reads].flatMap(({ path }) => [path, path.split("/").at(-1) ?? path]);
  return {
    role,
    reviewer,
    attempt,
    unit: { id: unit.id, title: unit.title, type: unit.type, report: unit.report },
    spec: plan.spec,
    tasks: tasks.map(({ id, title, status }) => ({
      id,
      title,
      done: status === "completed",
      details: ids.has(id) ? (quotes.details.get(id) ?? "") : "",
    })),
    requirements: wanted.map((id) => ({
      id,
      text: quotes.criteria.get(id) ?? "(not found in requirements.md)",
    })),
    design: designExcerpt(quotes.design, [...words, ...unit.title.split(/\s+/)]),
    rubric: config.briefs.rubric ? quotes.rubric : "",
    ownRules: config.briefs.rules,
    isTestFirst: config.briefs.test_first,
    learnings: [],
    writes: { paths: unit.writes.map(({ path }) => path), isHard: isHard(unit) },
    reads: unit.reads.map(({ path }) => path),
    setup: config.setup,
    verify: verifyCommands(config, unit.type),
    minutes: AGENT_MINUTES,
    diffs: [],
    ...NOTHING_BEFORE,
  };
}

export const NOTHING_BEFORE: Pick<BriefInput, "findings" | "troubles" | "history" | "before"> = {
  findings: [],
  troubles: [],
  history: [],
  before: null,
};
