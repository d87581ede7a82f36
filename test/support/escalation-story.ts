/** A unit that two fixes of one agent do not get in order: how it is configured, and what is true of it in the end. */
import { expect } from "vitest";
import type { RunReport } from "../../src/application/report.ts";
import { AT, type World } from "./world.ts";

export const HANDED_ON = `version: 1
agents: { mine: { backend: command, command: sh mine.sh } }
routing: { default: mine, escalation: practice }
reviewers: { agent: practice }
`;

/** Gives back what has landed of a file of it. */
export async function expectHandedOn(world: World, report: RunReport, file: string): Promise<string> {
  expect(report.outcome).toBe("complete");
  const unit = report.view.byId.get("1")!;
  expect(unit.work.map(({ role, n, agent, outcome }) => `${role} ${n}: ${agent}, ${outcome}`)).toEqual([
    "implement 1: mine, red",
    "fix 1: mine, red",
    "fix 2: mine, red",
    "fix 3: practice, completed",
  ]);
  expect(unit.reviewJobs.map(({ reviewer, agent }) => `${reviewer}: ${agent}`)).toEqual([
    "correctness: mine",
  ]);
  const { data: issue } = await world.as("octo").rest.issues.get({ ...AT, issue_number: unit.issue!.number });
  const said =
    "The fixes of mine did not get it in order; practice tries a different approach (routing.escalation names it)";
  for (const body of [issue.body, unit.pull!.body]) expect(body).toContain(said);
  const bytes = await world.github.code.file(report.view.state.landed["1"]!.sha, file);
  return new TextDecoder().decode(bytes ?? undefined);
}
