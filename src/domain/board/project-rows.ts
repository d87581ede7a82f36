/** What a project of GitHub shows of a run: a row for each unit that has an issue. */
import { z } from "zod";
import { TransientError, UserError, type Problem } from "../problem.ts";
import { Criticality } from "../plan/plan.ts";
import { PHASES } from "../run/phase.ts";
import type { RunView } from "../run/view.ts";

export const ProjectRow = z.strictObject({
  /** The unit's issue. */
  issue: z.number(),
  status: z.enum(PHASES),
  agent: z.string(),
  criticality: Criticality.nullable(),
  /** How many attempts have worked on it. */
  attempt: z.number(),
});
export type ProjectRow = z.infer<typeof ProjectRow>;

/** By unit id. */
export function projectRows({ units, phases }: RunView): Map<string, ProjectRow> {
  return new Map(
    units.flatMap(({ unit, issue, isGate, work }) => {
      if (!issue) return [];
      const last = work.findLast(({ role }) => role !== "resolve")?.agent ?? unit.agent;
      const row: ProjectRow = {
        issue: issue.number,
        status: phases.get(unit.id)!.kind,
        agent: isGate ? "checkpoint" : unit.person === null ? last : "a person",
        criticality: isGate ? null : unit.criticality,
        attempt: work.length,
      };
      return [[unit.id, row] as const];
    }),
  );
}

/** The account of GITHUB_TOKEN reaches no projects, whatever its permissions. */
export const reachesProjects = (me: string): boolean => me !== "github-actions[bot]";

export function projectLacks(project: string, me: string): Problem[] {
  if (project === "off" || reachesProjects(me)) return [];
  return [
    {
      what: "The project board of the configuration is not kept",
      why: "GITHUB_TOKEN reaches no projects",
      fix: "Give the pass an App's token with the organization permission Projects: write, or set `project: off`.",
    },
  ];
}

/** What is told of a project that could not be written; a run goes on without it. */
export function projectFailure(error: unknown): { what: string; fix: string; isPassing: boolean } {
  const isPassing = error instanceof TransientError;
  const said = error instanceof Error ? error.message : String(error);
  const why = said.replaceAll(/\s+/g, " ").replace(/[.\s]+$/, "");
  const fix =
    error instanceof UserError
      ? "Give Roundtable's App the organization permission Projects: write (projects of a person take no App), or set `project: off`."
      : `It is tried again after ${isPassing ? "some minutes" : "an hour"}.`;
  return { what: `The project board is not kept: ${why.slice(0, 300)}`, fix, isPassing };
}
