/** What the planner says about a plan besides the plan itself. */
import type { Config } from "../config.ts";
import type { Diagnostic } from "../problem.ts";
import { agentsWithoutPrice } from "./estimate.ts";
import type { Plan, PlanUnit } from "./plan.ts";
import { isDone, type Choice, type Group } from "./units.ts";

const MAX_NAMED = 10;

export const few = (values: readonly string[]): string =>
  values.length <= MAX_NAMED
    ? values.join(", ")
    : `${values.slice(0, MAX_NAMED).join(", ")} and ${values.length - MAX_NAMED} more`;

const ofCommand = (
  severity: Diagnostic["severity"],
  text: Pick<Diagnostic, "code" | "what" | "why" | "fix">,
): Diagnostic => ({ severity, line: 1, column: 1, ...text });

/** Flags that name what is not there. */
export function unknownChoices({
  allGroups,
  unitOf,
  flags,
  agents,
}: {
  allGroups: readonly Group[];
  unitOf: ReadonlyMap<string, string>;
  flags: Choice & { agent?: string };
  agents: readonly string[];
}): Diagnostic[] {
  const ids = new Set(allGroups.map(({ id }) => id));
  const found = (flags.only ?? [])
    .filter((id) => !ids.has(id))
    .map((id) => {
      const unit = unitOf.get(id);
      return ofCommand("error", {
        code: "unknown-unit",
        what: `There is no unit ${id}`,
        why:
          unit === undefined
            ? "--only names it"
            : `it is a part of unit ${unit}, and one agent does a whole unit`,
        fix: unit === undefined ? `Units: ${few([...ids])}.` : `Name ${unit} instead.`,
      });
    });
  if (flags.agent !== undefined && !agents.includes(flags.agent))
    found.push(
      ofCommand("error", {
        code: "unknown-agent",
        what: `There is no agent "${flags.agent}"`,
        why: "`agents` in the configuration does not name it",
        fix: `Known: ${agents.join(", ")}.`,
      }),
    );
  return found;
}

/** What is left out and not done counts as satisfied; whose work builds on it should know. */
export function leftOutDependencies({
  groups,
  allGroups,
  unitOf,
  choice: { only, includeOptional = false },
}: {
  groups: readonly Group[];
  allGroups: readonly Group[];
  unitOf: ReadonlyMap<string, string>;
  choice: Choice;
}): Diagnostic[] {
  const planned = new Set(groups.flatMap(({ tasks }) => tasks.map(({ id }) => id)));
  const done = new Set(
    allGroups.flatMap((group) => [
      ...(isDone(group, includeOptional) ? [group.id] : []),
      ...group.tasks.filter(({ status }) => status === "completed").map(({ id }) => id),
    ]),
  );
  const gates = new Set(groups.filter(({ isCheckpoint }) => isCheckpoint).map(({ id }) => id));
  return groups.flatMap((group) => {
    const ids = group.tasks.flatMap(({ dependsOn }) => dependsOn);
    const missing = [...new Set(ids)].filter(
      (id) => (unitOf.get(id) ?? group.id) !== group.id && !planned.has(id) && !done.has(id),
    );
    const [below, left] = [true, false].map((isBelow) =>
      missing.filter((id) => gates.has(unitOf.get(id)!) === isBelow),
    ) as [string[], string[]];
    const warn = (which: readonly string[], why: string, fix: string): Diagnostic[] =>
      which.length === 0
        ? []
        : [
            {
              severity: "warning",
              code: "left-out-dependency",
              line: group.tasks[0]!.line,
              column: 1,
              what: `Unit ${group.id} depends on ${few(which)}, which this plan leaves out`,
              why,
              fix,
            },
          ];
    const it = left.length === 1 ? "it" : "them";
    const units = [...new Set(left.map((id) => unitOf.get(id)!))];
    return [
      ...warn(
        left,
        `${only ? "--only does not name" : "without --include-optional the plan has not"} ${it}, and not all of it is done`,
        only
          ? `It counts as satisfied. If it is not, ask with --only ${few([...only, ...units]).replaceAll(", ", ",")}.`
          : "It counts as satisfied. If it is not, ask with --include-optional.",
      ),
      ...warn(
        below,
        "it stands below a checkpoint, which only verifies: nobody works on it",
        "Give what is work a task of its own.",
      ),
    ];
  });
}

/** A ceiling holds an agent at work only where its model has a price. */
export function unheldCeilings(units: readonly PlanUnit[], config: Config): Diagnostic[] {
  if (Object.values(config.budget).every((ceiling) => ceiling === null)) return [];
  return agentsWithoutPrice(units, config).map((name) => {
    const model = config.agents[name]?.model;
    return ofCommand("warning", {
      code: "no-price",
      what: `\`budget\` cannot hold the agent ${name} while it works`,
      why: model === undefined ? "no model is named for it" : `\`prices\` does not name its model ${model}`,
      fix: `${model === undefined ? "Give it a `model`, and name that" : "Name that model"} under \`prices\` in .github/roundtable.yml.`,
    });
  });
}

/** When orchestration gains nothing, and which marks are taken for something else. */
export function notes({
  units,
  groups,
  schedule,
}: {
  units: readonly PlanUnit[];
  groups: readonly Group[];
  schedule: Plan["schedule"];
}): Diagnostic[] {
  const first = groups[0]?.tasks[0];
  if (!first) return [];
  const note = (text: Pick<Diagnostic, "code" | "what" | "why" | "fix">, line: number): Diagnostic => ({
    severity: "note",
    line,
    column: 1,
    ...text,
  });
  const found: Diagnostic[] = [];
  const begun = groups.flatMap(({ tasks }) =>
    tasks.filter(({ status }) => status === "in_progress" || status === "queued"),
  );
  if (begun.length > 0)
    found.push(
      note(
        {
          code: "begun",
          what: `Marked as begun or queued: ${few(begun.map(({ id }) => id))}`,
          why: "no run of this plan has begun them",
          fix: "They are taken as not started.",
        },
        begun[0]!.line,
      ),
    );
  const work = units.filter(({ type }) => type !== "checkpoint");
  const isGuessed = units.some(({ dependsOn }) => dependsOn.some(({ source }) => source === "inferred"));
  if (work.length === 1)
    found.push(
      note(
        {
          code: "one-unit",
          what: "This plan has one unit of work",
          why: "nothing can work beside it",
          fix: "One agent in one session would do; a run adds the reviews and the train.",
        },
        first.line,
      ),
    );
  else if (work.length > 1 && schedule.criticalPath.length === units.length && !isGuessed)
    found.push(
      note(
        {
          code: "sequential",
          what: "These units go strictly one after the other",
          why: "each depends on the one before it",
          fix: "One agent in one session would be as fast; a run adds the reviews and the train.",
        },
        first.line,
      ),
    );
  return found;
}
