/** `local --json` and `status --json`: one document, printed from the same view that decides. Contracts, "CLI". */
import { z } from "zod";
import { PHASES } from "../../domain/run/phase.ts";
import { type RunView } from "../../domain/run/view.ts";
import type { RunReport } from "../../application/report.ts";

export const LocalReport = z.strictObject({
  v: z.literal(1),
  outcome: z.enum(["complete", "halted", "decision", "running"]),
  reason: z.string(),
  run: z
    .strictObject({
      id: z.number(),
      spec: z.string(),
      planHash: z.string(),
      base: z.string(),
      integrationBranch: z.string(),
      finalPr: z.number().nullable(),
      /** The issue of the findings that were left for later. */
      followUp: z.number().nullable(),
    })
    .nullable(),
  units: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      type: z.string(),
      phase: z.enum(PHASES),
      issue: z.number().nullable(),
      pr: z.number().nullable(),
      attempts: z.array(
        z.strictObject({
          role: z.string(),
          n: z.number(),
          agent: z.string().nullable(),
          outcome: z.string().nullable(),
        }),
      ),
      reviews: z.array(
        z.strictObject({
          role: z.string().nullable(),
          agent: z.string().nullable(),
          sha: z.string(),
          verdict: z.string().nullable(),
          findings: z.number(),
        }),
      ),
      landedSha: z.string().nullable(),
    }),
  ),
  leftOut: z.array(z.strictObject({ id: z.string(), why: z.string() })),
  decisions: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      unit: z.string().nullable(),
      question: z.string(),
      options: z.array(z.string()),
      answer: z.number().nullable(),
    }),
  ),
  totals: z.strictObject({
    /** Null where nobody counts: on GitHub. */
    requests: z.strictObject({
      rest: z.number().nullable(),
      graphql: z.number().nullable(),
      git: z.number().nullable(),
    }),
    contentWrites: z.number().nullable(),
    durationMs: z.number().nullable(),
    cost: z.number().nullable(),
  }),
  paths: z.strictObject({ repository: z.string(), board: z.string(), logs: z.string() }),
});
export type LocalReport = z.infer<typeof LocalReport>;

export interface Around {
  totals: LocalReport["totals"];
  paths: LocalReport["paths"];
}

export function reportOf(
  report: Pick<RunReport, "outcome" | "reason" | "view">,
  around: Around,
): LocalReport {
  const { view, outcome, reason } = report;
  const { state } = view;
  return {
    v: 1,
    outcome,
    reason,
    run: {
      id: state.run,
      spec: state.spec.path,
      planHash: state.planHash,
      base: state.base.sha,
      integrationBranch: `roundtable/${state.run}/main`,
      finalPr: view.finalPull?.number ?? null,
      followUp: view.followUp?.number ?? null,
    },
    units: view.units.map((unit) => unitReport(view, unit)),
    leftOut: view.snapshot.planFile.plan.leftOut,
    decisions: Object.entries(state.decisions).map(([id, { kind, unit, question, options, answer }]) => ({
      id,
      kind,
      unit,
      question,
      options: options.map((option) => option.text),
      answer: answer?.option ?? null,
    })),
    totals: { ...around.totals, cost: state.spend.usd },
    paths: around.paths,
  };
}

function unitReport(view: RunView, unit: RunView["units"][number]): LocalReport["units"][number] {
  const work = [...unit.work, ...unit.verifyJobs];
  const landed = view.state.landed[unit.unit.id];
  return {
    id: unit.unit.id,
    title: unit.unit.title,
    type: unit.unit.type,
    phase: view.phases.get(unit.unit.id)!.kind,
    issue: unit.issue?.number ?? null,
    pr: unit.pull?.number ?? null,
    attempts: work.map(({ role, n, agent, outcome }) => ({ role, n, agent, outcome })),
    reviews: unit.reviewJobs.map((job) => ({
      role: job.reviewer,
      agent: job.agent,
      sha: job.headSha,
      verdict:
        job.result?.severity == null
          ? null
          : job.result.severity === "critical" || job.result.severity === "major"
            ? "fail"
            : "pass",
      findings: job.result?.findings.filter((finding) => finding.severity !== "none").length ?? 0,
    })),
    landedSha: landed?.sha ?? null,
  };
}
