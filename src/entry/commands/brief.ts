/** `roundtable brief <spec> <unit>`: what an agent would be given, read from the working tree. It writes nothing. */
import { RUBRIC_PATH } from "../../domain/agent/brief-input.ts";
import { buildBrief, ownWords, WORD_BUDGET } from "../../domain/agent/brief.ts";
import { planBrief } from "../../domain/agent/plan-brief.ts";
import { quotesOf, unitBrief } from "../../domain/agent/unit-brief.ts";
import { few } from "../../domain/plan/advice.ts";
import type { Plan, PlanUnit } from "../../domain/plan/plan.ts";
import { UserError } from "../../domain/problem.ts";
import { nearest } from "../../domain/text/nearest.ts";
import type { Screen } from "../terminal.ts";
import { planOfTree } from "./plan-of-tree.ts";
import { FileError, readText } from "./spec-files.ts";

export const BRIEF_ROLES = ["implement", "fix", "resolve", "review", "plan"] as const;

export interface BriefOptions {
  role: string;
  reviewer?: string;
  includeOptional?: boolean;
  from?: string;
}

export async function brief(
  given: { spec: string; unit: string },
  options: BriefOptions,
  screen: Screen,
): Promise<void> {
  const role = roleOf(options);
  const flags = options.includeOptional ? { includeOptional: true } : {};
  const { plan, config, spec, root } = await planOfTree(given.spec, { flags, from: options.from }, screen);
  const wrong = plan.diagnostics.find(({ severity }) => severity === "error");
  if (wrong) throw new FileError(`${plan.spec.path}/tasks.md`, wrong);
  const unit = unitOf(plan, given.unit);
  const reviewer = role === "review" ? reviewerOf(unit, options.reviewer) : null;
  const quotes = quotesOf({
    tasks: spec.tasksText,
    requirements: spec.requirementsText ?? "",
    design: spec.designText ?? "",
    rubric: (await readText(root, RUBRIC_PATH)) ?? "",
  });
  const text = buildBrief(
    role === "plan"
      ? planBrief({ plan, config, quotes }, { attempt: 1, faults: null })
      : unitBrief({ plan, config, unit, quotes }, { role, reviewer, attempt: 1 }),
  );
  screen.line("Read from the working tree; a run reads the base branch.");
  if (role !== "plan")
    screen.line(
      "In a run it also holds what came before: learnings of landed units, findings, red commands.",
    );
  screen.line(`Words of ours: ${ownWords(text)} of at most ${WORD_BUDGET}. All else is quoted.`);
  screen.print(text.trimEnd());
}

function roleOf({ role, reviewer }: BriefOptions): (typeof BRIEF_ROLES)[number] {
  const known = BRIEF_ROLES.find((name) => name === role);
  if (known === undefined)
    throw new UserError({
      what: `There is no role ${role}`,
      why: "--role names it",
      fix: `Roles: ${BRIEF_ROLES.join(", ")}.`,
    });
  if (reviewer !== undefined && known !== "review")
    throw new UserError({
      what: "--reviewer does not fit",
      why: `the role is ${known}`,
      fix: "Add --role review.",
    });
  return known;
}

function unitOf({ units, tasks, leftOut }: Plan, id: string): PlanUnit {
  const unit = units.find((one) => one.id === id);
  const refuse = (why: string, fix: string): UserError =>
    new UserError({ what: `There is no brief of ${id}`, why, fix });
  if (unit?.type === "checkpoint")
    throw refuse("it is a checkpoint, which only runs the verify commands", "Name a unit of work.");
  if (unit?.person != null) throw refuse(`a person must do it: ${unit.person}`, "Name another unit.");
  if (unit) return unit;
  const work = units.filter(({ type, person }) => type !== "checkpoint" && person === null);
  const ids = work.map((one) => one.id);
  const whole = work.find(({ taskIds }) => taskIds.includes(id));
  if (whole)
    throw refuse(`it is a part of unit ${whole.id}, and one agent does a whole unit`, `Name ${whole.id}.`);
  const left = leftOut.find((one) => one.id === id);
  if (left)
    throw refuse(
      `the plan leaves it out: ${left.why}`,
      left.why.includes("optional") ? "Add --include-optional." : "Name a unit that is still to be done.",
    );
  if (tasks.some((task) => task.id === id && task.status === "completed"))
    throw refuse("it is done already", "Name a unit that is still to be done.");
  const near = nearest(id, ids);
  throw refuse(
    "the plan has no such unit",
    ids.length === 0
      ? "It has nothing left to do."
      : `${near === null ? "" : `Did you mean ${near}? `}Units: ${few(ids)}.`,
  );
}

function reviewerOf({ id, reviewers }: PlanUnit, asked: string | undefined): string {
  const roles = reviewers.map(({ role }) => role);
  const found = asked === undefined ? roles[0] : roles.find((role) => role === asked);
  if (found !== undefined) return found;
  throw new UserError({
    what: asked === undefined ? `Unit ${id} has no reviewer` : `Unit ${id} has no reviewer for ${asked}`,
    why: "the plan chooses them by the unit's type and criticality",
    fix: roles.length === 0 ? "Name another unit." : `Its reviewers: ${roles.join(", ")}.`,
  });
}
