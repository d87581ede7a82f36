import { verifyCommands, type Config } from "../config.ts";
import { PROPOSED } from "../plan/classify.ts";
import { agentsWithoutPrice } from "../plan/estimate.ts";
import type { Plan, PlanUnit } from "../plan/plan.ts";
import { formatProblem } from "../problem.ts";
import type { Planning } from "../run/journal.ts";
import { marker } from "../run/names.ts";
import { planMarker } from "../run/planning.ts";
import { harmlessLine } from "../text/harmless.ts";
import { cap, few, fewLines, fold, section } from "./body.ts";
import { graphOf } from "./graph.ts";
import { nameOf, workerOf } from "./unit-report.ts";

const MAX_ROWS = 80;

export interface PlanShown {
  plan: Plan;
  run: number;
  fullName: string;
  base: { branch: string; sha: string };
  config: Config;
  /** US dollars; null: no ceiling. */
  maxCost: number | null;
  /** Who agreed to it already, by a dispatch with a ceiling; null or absent: it waits for a confirm. */
  agreedBy?: string | null;
  planning?: Planning | null;
  /** The command that it was made anew for. */
  replannedBy?: number | null;
  /** The plan that is carried out until this one is confirmed. */
  replaces?: Replaced;
  /** What this repository's set-up lacks, one sentence each. */
  lacks: readonly string[];
}

export interface Replaced {
  plan: Plan;
  /** Ids of units that say something else now. */
  changed: readonly string[];
  landed: readonly string[];
}

export function planCommentBody(shown: PlanShown): string {
  const hash = shown.plan.hash.slice(0, 12);
  const ceiling = shown.maxCost === null ? ", without a ceiling on money" : `, up to ${shown.maxCost} USD`;
  const what = `at base \`${shown.base.sha.slice(0, 7)}\`${ceiling}`;
  const { run, planning = null, replannedBy = null, replaces } = shown;
  const mark = planMarker({ run, planHash: shown.plan.hash, planning, replannedBy });
  if (planning !== null && planning.ended === null)
    return cap([...planLines(shown, refiningLines(planning, shown.config)), mark]);
  if (replaces) return cap([...planLines(shown, replacingLines(shown.plan, replaces, what)), mark]);
  const lead = shown.agreedBy
    ? agreedLines(shown.agreedBy, what)
    : consentLines(hash, what, planning !== null);
  return cap([...planLines(shown, [...lead, ...refinedLines(planning)]), mark]);
}

const refiningLines = ({ agent }: Planning, { budget }: Config): string[] => [
  "### This plan is being refined",
  "",
  `The rules made it; ${harmlessLine(agent, 40)} is asked for what they only guess, for up to ${budget.plan ?? 0} USD (\`budget.plan\`). It cannot be confirmed yet: the plan to agree to will stand in a new comment.`,
  "",
];

function refinedLines(planning: Planning | null): string[] {
  if (!planning?.ended) return [];
  const { isRefined, why } = planning.ended;
  const said = harmlessLine(why, 1000);
  const who = harmlessLine(planning.agent, 40);
  return isRefined
    ? [`Refined by ${who}: ${said} What came of that is marked as inferred.`, ""]
    : [`${who} was to refine this plan, and the plan by the rules stands. ${said}`, ""];
}

/** Before the units, so that no cut of a long plan can take it away. */
const consentLines = (hash: string, what: string, isPlanned: boolean): string[] => [
  `### Nothing is spent yet${isPlanned ? " but what planning took" : ""}`,
  "",
  `A person with write access starts it with a new comment: \`/orchestrate confirm ${hash}\`. That agrees to exactly this plan (\`${hash}\`) ${what}.`,
  "",
];

function replacingLines(plan: Plan, { plan: old, changed, landed }: Replaced, what: string): string[] {
  const hash = plan.hash.slice(0, 12);
  const ids = (units: readonly PlanUnit[]): Set<string> => new Set(units.map(({ id }) => id));
  const [was, is] = [ids(old.units), ids(plan.units)];
  const row = (name: string, which: readonly string[], then: string): string =>
    `| ${name} | ${few(
      which.map((id) => harmlessLine(id, 40)),
      40,
    )} | ${then} |`;
  const over = new Set(landed);
  const same = [...is].filter((id) => was.has(id) && !changed.includes(id) && !over.has(id));
  const rows = [
    [
      "landed",
      [...is].filter((id) => over.has(id)),
      "stay as they landed, whatever the spec says of them now",
    ],
    ["unchanged", same, "go on; what is under way is not disturbed"],
    ["changed", changed.filter((id) => !over.has(id)), "begin anew on new branches; what was begun is left"],
    ["added", [...is].filter((id) => !was.has(id)), "get issues, and begin when it is their turn"],
    ["removed", [...was].filter((id) => !is.has(id)), "are left; their issues are closed as not planned"],
  ] as const;
  return [
    `### A new plan, in place of \`${old.hash.slice(0, 12)}\``,
    "",
    `A person with write access has it take over with a new comment: \`/orchestrate confirm ${hash}\`. That agrees to exactly this plan (\`${hash}\`) ${what} for the whole run. \`/orchestrate resume\` goes on with the plan before it; until then no further unit is begun.`,
    "",
    "| units | which | what becomes of them |",
    "|---|---|---|",
    ...rows.filter(([, which]) => which.length > 0).map(([name, which, then]) => row(name, which, then)),
    "",
  ];
}

const agreedLines = (by: string, what: string): string[] => [
  "### Agreed to by dispatch",
  "",
  `${harmlessLine(by, 60)} started the workflow with consent to this plan ${what}. \`/orchestrate cancel\` ends the run.`,
  "",
];

export function dryRunBody(shown: PlanShown & { comment: number }): string {
  return cap([
    ...planLines(shown, [
      `This was a dry run: nothing was made.${shown.config.planner === "model" ? " In a run a model would refine this plan before it is shown for consent." : ""}`,
      "",
    ]),
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
    ...fewLines(
      sentences.map((sentence) => `- ${harmlessLine(sentence, 1000)}`),
      50,
    ),
    "",
    marker("run", { run, ask: comment }),
  ]);
}

function planLines(
  { plan, fullName, base, config, maxCost, lacks }: PlanShown,
  lead: readonly string[],
): string[] {
  return [
    `## Plan for ${harmlessLine(plan.spec.name, 120)}`,
    "",
    ...lead,
    `${plan.units.length} units from \`${harmlessLine(plan.spec.path)}\` of \`${harmlessLine(fullName)}\` at \`${harmlessLine(base.branch)}\` (\`${base.sha.slice(0, 7)}\`), plan \`${plan.hash.slice(0, 12)}\`. ${harmlessLine(plan.schedule.because, 300)}`,
    "",
    ...graphOf(plan.units),
    "",
    "| unit | type | agent | reviewers | waits for | writes |",
    "|---|---|---|---|---|---|",
    ...plan.units.slice(0, MAX_ROWS).map(unitRow),
    ...(plan.units.length > MAX_ROWS ? ["", `… and ${plan.units.length - MAX_ROWS} more units.`] : []),
    "",
    verifiedBy(plan, config),
    "",
    ...thirdFixes(plan),
    estimateOf(plan, maxCost),
    "",
    ...unheld(plan, { config, maxCost }),
    ...section(
      "A person must do",
      fewLines(
        plan.units
          .filter(({ person }) => person !== null)
          .map((unit) => `- ${nameOf(unit)}: ${harmlessLine(unit.person!)}`),
        20,
      ),
    ),
    ...section(
      "What this repository's set-up lacks",
      fewLines(
        lacks.map((lack) => `- ${harmlessLine(lack, 500)}`),
        20,
      ),
    ),
    ...section(
      "Left out",
      fewLines(
        plan.leftOut.map(({ id, why }) => `- ${harmlessLine(id, 40)}: ${harmlessLine(why)}`),
        20,
      ),
    ),
    ...section(
      "Notes",
      fewLines(
        plan.diagnostics.map(
          (one) => `- line ${one.line}, ${one.severity}: ${harmlessLine(formatProblem(one), 400)}`,
        ),
        20,
      ),
    ),
    ...fold("Order, and why", fewLines(orderLines(plan), 60)),
  ];
}

const inferred = (because: string): string => (because === PROPOSED ? " (inferred)" : "");

function unitRow(unit: PlanUnit): string {
  const { because } = unit;
  const isGate = unit.type === "checkpoint";
  const reviewers =
    few(
      unit.reviewers.map(({ role, agent }) => `${role} (${harmlessLine(agent, 40)})`),
      5,
    ) || "–";
  const waits =
    few(
      unit.dependsOn.map(({ id, source }) => `${harmlessLine(id, 40)} (${source})`),
      6,
    ) || "–";
  const writes = few(
    unit.writes.map(
      ({ path, source }) => `\`${harmlessLine(path, 100)}\`${source === "inferred" ? " (inferred)" : ""}`,
    ),
    6,
  );
  return `| ${nameOf(unit)} | ${unit.type}${inferred(because.type)}, ${unit.criticality}${inferred(because.criticality)} | ${isGate ? "–" : `${workerOf({ unit, isGate })}${inferred(because.agent)}`} | ${reviewers} | ${waits} | ${writes || (unit.unknownPaths ? "not known" : "–")} |`;
}

function orderLines({ units, schedule }: Plan): string[] {
  return [
    ...schedule.waves.map(
      (wave, at) =>
        `- Step ${at + 1}: ${few(
          wave.map((id) => harmlessLine(id, 40)),
          20,
        )}`,
    ),
    ...units.flatMap((unit) =>
      unit.dependsOn.map(
        ({ id, source, because }) =>
          `- ${harmlessLine(unit.id, 40)} after ${harmlessLine(id, 40)} (${source}): ${harmlessLine(because)}`,
      ),
    ),
  ];
}

function verifiedBy({ units }: Plan, config: Config): string {
  const commands = verifyCommands(config, "all");
  if (commands.length === 0)
    return "> Nothing will be verified: `.github/roundtable.yml` names no `verify` commands.";
  const without = [...new Set(units.map(({ type }) => type))].filter(
    (type) => verifyCommands(config, type).length === 0,
  );
  const gap = without.length > 0 ? ` Nothing verified for units of type ${without.join(", ")}.` : "";
  return `Verified by: ${few(
    commands.map((command) => `\`${harmlessLine(command)}\``),
    10,
  )}.${gap}`;
}

/** Consent covers these agents too. */
function thirdFixes({ units }: Plan): string[] {
  const groups = Map.groupBy(
    units.filter(({ escalation, person }) => escalation !== null && person === null),
    ({ escalation }) => escalation!,
  );
  const said = [...groups].map(([agent, group]) => {
    const ids = group.map(({ id }) => harmlessLine(id, 40));
    return `${harmlessLine(agent, 40)} (${few(ids, 20)})`;
  });
  return said.length === 0 ? [] : [`A third fix, where a unit needs one, goes to ${few(said, 10)}.`, ""];
}

/** Unknown is said as such, each figure for itself. */
function estimateOf({ estimate, schedule }: Plan, maxCost: number | null): string {
  const known = (value: number | null): string => (value === null ? "not known" : String(value));
  const money = estimate.usd === null ? "not known" : `${estimate.usd} USD`;
  return `Estimate: at least ${estimate.jobs} workflow runs, ${schedule.workers} at once; minutes: ${known(estimate.minutes)}; tokens: ${known(estimate.tokens)}; money: ${money}${maxCost === null ? "" : `, ceiling ${maxCost} USD`}.`;
}

/** A ceiling of the configuration is a warning of the plan already. */
function unheld(
  { units, diagnostics }: Plan,
  { config, maxCost }: Pick<PlanShown, "config" | "maxCost">,
): string[] {
  const names = agentsWithoutPrice(units, config);
  if (maxCost === null || names.length === 0 || diagnostics.some(({ code }) => code === "no-price"))
    return [];
  const said = few(
    names.map((name) => harmlessLine(name, 40)),
    10,
  );
  return [
    `> The ceiling cannot hold ${said} while they work: name their models under \`prices\` in .github/roundtable.yml.`,
    "",
  ];
}
