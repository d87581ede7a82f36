import { verifyCommands, type Config } from "../config.ts";
import type { Plan, PlanUnit } from "../plan/plan.ts";
import { formatProblem } from "../problem.ts";
import { marker } from "../run/names.ts";
import { harmless, harmlessLine } from "../text/harmless.ts";
import { graphOf } from "./graph.ts";
import { cap } from "./pull.ts";

export interface PlanShown {
  plan: Plan;
  run: number;
  fullName: string;
  base: { branch: string; sha: string };
  config: Config;
  maxCost: number | null;
}

export function planCommentBody(shown: PlanShown): string {
  const hash = shown.plan.hash.slice(0, 12);
  return cap([
    ...planLines(shown),
    "### Nothing is spent yet",
    "",
    `A person with write access starts it with \`/orchestrate confirm ${hash}\`. That agrees to exactly this plan (\`${hash}\`) at base \`${shown.base.sha.slice(0, 7)}\`${shown.maxCost === null ? "" : `, up to ${shown.maxCost} USD`}.`,
    "",
    marker("run", { run: shown.run, plan: hash }),
  ]);
}

export function dryRunBody(shown: PlanShown & { comment: number }): string {
  return cap([
    ...planLines(shown),
    "This was a dry run: nothing was made.",
    "",
    marker("run", { run: shown.run, ask: shown.comment }),
  ]);
}

export function askRefusalBody({
  run,
  comment,
  sentences,
}: {
  run: number;
  comment: number;
  sentences: readonly string[];
}): string {
  return cap([
    "Nothing was started:",
    "",
    ...sentences.map((sentence) => `- ${harmlessLine(sentence, 1000)}`),
    "",
    marker("run", { run, ask: comment }),
  ]);
}

function planLines({ plan, base, config, maxCost }: PlanShown): string[] {
  const { schedule, estimate } = plan;
  return [
    `## Plan for ${harmlessLine(plan.spec.name, 120)}`,
    "",
    `${plan.units.length} units from \`${harmlessLine(plan.spec.path)}\` at \`${base.branch}\` (\`${base.sha.slice(0, 7)}\`). ${harmlessLine(schedule.because, 300)}`,
    "",
    ...graphOf(plan.units),
    "",
    "| unit | type | agent | reviewers | waits for | writes |",
    "|---|---|---|---|---|---|",
    ...plan.units.map(unitRow),
    "",
    ...(plan.leftOut.length > 0
      ? [
          `Left out: ${plan.leftOut.map(({ id, why }) => `${harmlessLine(id, 40)} (${harmlessLine(why)})`).join(", ")}.`,
          "",
        ]
      : []),
    ...plan.diagnostics.map(
      (one) => `- line ${one.line}, ${one.severity}: ${harmlessLine(formatProblem(one), 500)}`,
    ),
    "",
    verifyCommands(config, "all").length === 0
      ? "> Nothing will be verified: `.github/roundtable.yml` names no `verify` commands."
      : `Verified by: ${verifyCommands(config, "all")
          .map((command) => `\`${harmlessLine(command)}\``)
          .join(", ")}`,
    "",
    `Estimate: at least ${estimate.jobs} workflow runs; minutes, tokens and money are ${estimate.usd === null ? "not known" : `${estimate.minutes} min, ${estimate.tokens} tokens, ${estimate.usd} USD`}${maxCost === null ? "" : `; ceiling ${maxCost} USD`}.`,
    "",
  ];
}

function unitRow(unit: PlanUnit): string {
  const reviewers = unit.reviewers.map(({ role, agent }) => `${role} (${agent})`).join(", ") || "–";
  const waits =
    unit.dependsOn.map(({ id, source }) => `${harmlessLine(id, 40)} (${source})`).join(", ") || "–";
  const writes =
    unit.writes
      .map(({ path, source }) => `\`${harmlessLine(path)}\`${source === "inferred" ? " (inferred)" : ""}`)
      .join(", ") || (unit.unknownPaths ? "not known" : "–");
  const agent = unit.person === null ? harmless(unit.agent) : "a person";
  return `| ${harmlessLine(unit.id, 40)}. ${harmlessLine(unit.title, 120)} | ${unit.type}, ${unit.criticality} | ${unit.type === "checkpoint" ? "–" : agent} | ${reviewers} | ${waits} | ${writes} |`;
}
