/**
 * A dispatch of the pass workflow that asks for a run. The `ask` job opens an issue for it, but an issue's text is only
 * a claim: whatever holds `issues: write` can open one. GitHub's API does not tell a dispatch's inputs, so the pass
 * workflow names its run after them (`run-name`), and what is asked is read from there. The issue only says which run;
 * its text must be just what the `ask` job writes for that run.
 */
import { UserError } from "../problem.ts";
import { parseCommand, type AskFlags } from "../run/command.ts";
import { marker, parseMarker, PASS_WORKFLOW } from "../run/names.ts";

/** The account of every workflow's own token. */
export const ACTIONS_LOGIN = "github-actions[bot]";

/** A dispatch asks, and consents, for so long; a later pass begins nothing from it. */
export const DISPATCH_AGE_MS = 72 * 3_600_000;

/** As a person gave them. */
export interface DispatchInputs {
  spec: string;
  /** Flags as after `/orchestrate <path>`. */
  options: string;
  consent: string;
  maxCost: string;
}

export interface DispatchedAsk {
  /** One line that a comment could hold as well. */
  command: string;
  path: string;
  flags: AskFlags;
  consents: boolean;
}

/** What GitHub says of a workflow run. */
export interface DispatchFact {
  id: number;
  repository: string;
  headRepository: string;
  path: string;
  event: string;
  /** From 1; higher for a repeated run. */
  attempt: number;
  branch: string;
  sha: string;
  /** Its run-name. */
  name: string;
  actor: { login: string; isBot: boolean };
  /** Who started this attempt. */
  triggeredBy: string;
  createdAt: Date;
}

export interface OriginGuard {
  code: string;
  why: string;
  refuses: (run: DispatchFact, about: { fullName: string; defaultBranch: string; now: Date }) => boolean;
}

/** What a workflow run must be to ask for anything. */
export const ORIGIN: readonly OriginGuard[] = [
  {
    code: "origin-repository",
    why: "its workflow run is of another repository",
    refuses: (run, { fullName }) => run.repository !== fullName,
  },
  {
    code: "origin-fork",
    why: "its workflow run is of a fork",
    refuses: (run, { fullName }) => run.headRepository !== fullName,
  },
  {
    code: "origin-workflow",
    why: `its workflow run is no dispatch of ${PASS_WORKFLOW}`,
    refuses: ({ path }) => path !== `.github/workflows/${PASS_WORKFLOW}`,
  },
  {
    code: "origin-event",
    why: `its workflow run is no dispatch of ${PASS_WORKFLOW}`,
    refuses: ({ event }) => event !== "workflow_dispatch",
  },
  {
    code: "origin-branch",
    why: "its workflow run is not of the default branch",
    refuses: ({ branch }, { defaultBranch }) => branch !== defaultBranch,
  },
  {
    code: "origin-bot",
    why: "a bot started its workflow run",
    refuses: ({ actor }) => actor.isBot || actor.login.endsWith("[bot]"),
  },
  {
    code: "origin-repeated",
    why: "its workflow run was repeated",
    refuses: ({ attempt }) => attempt !== 1,
  },
  {
    code: "origin-restarted",
    why: "its workflow run was repeated by somebody else",
    refuses: ({ triggeredBy, actor }) => triggeredBy !== actor.login,
  },
  {
    code: "origin-old",
    why: "its workflow run began more than 72 hours ago",
    refuses: ({ createdAt }, { now }) => now.getTime() - createdAt.getTime() > DISPATCH_AGE_MS,
  },
];

/** Why a dispatch begins nothing. */
export const refusedDispatch = (
  why: string,
  fix = "Let a person with write access start the workflow on the default branch.",
): UserError => new UserError({ what: "This dispatch asks for nothing", why, fix });

/** Throws a UserError where the inputs ask for nothing. */
export function askOfInputs({ spec, options, consent, maxCost }: DispatchInputs): DispatchedAsk {
  const words = [
    spec.trim(),
    ...options.split(/\s+/),
    ...(maxCost.trim() === "" ? [] : ["--max-cost", maxCost.trim()]),
  ].filter((word) => word !== "");
  if (!words.every((word) => /^[\w./,+-]+$/.test(word)))
    throw refusedDispatch(
      "spec and options may hold letters, digits and ./,+-_ only",
      "Write them as after /orchestrate in a comment.",
    );
  const command = `/orchestrate ${words.join(" ")}`;
  const parsed = parseCommand(command);
  if (parsed.kind === "mistake")
    throw refusedDispatch(
      parsed.sentence.replace(/\.$/, ""),
      "Mend the inputs and start the workflow again.",
    );
  if (parsed.kind === "none" || parsed.command.kind !== "ask")
    throw refusedDispatch("spec is not the path of a spec's folder", "Name a folder such as .kiro/specs/x.");
  const { path, flags } = parsed.command;
  const consents = consent.trim().toLowerCase() === "true";
  if (consents && !((flags.maxCost ?? 0) > 0))
    throw refusedDispatch(
      "consent needs a max_cost above 0",
      "Give a ceiling in USD, or leave consent out and confirm on the issue.",
    );
  if (consents && flags.base !== undefined)
    throw refusedDispatch(
      "consent holds for the commit of the default branch at which the workflow was started",
      "Leave --base out, or leave consent out and confirm on the issue.",
    );
  return { command, path, flags, consents };
}

/** What `run-name` of the pass workflow makes of a dispatch; null for any other name, and for one that was cut. */
export function inputsOfName(name: string): DispatchInputs | null {
  const found = /^\/orchestrate ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$/.exec(name.trim());
  if (!found) return null;
  const [spec, options, consent, maxCost] = found.slice(1) as [string, string, string, string];
  return { spec, options, consent, maxCost };
}

export const dispatchMarker = (runId: number): string => marker("run", { dispatch: runId });

/** The number of the workflow run that an issue of ours names; null for any other issue. */
export function dispatchOf(issueBody: string): number | null {
  const found = parseMarker(issueBody);
  const id = found?.kind === "run" ? found.values["dispatch"] : undefined;
  return id !== undefined && /^[1-9]\d{0,14}$/.test(id) ? Number(id) : null;
}

export function dispatchIssueBody(ask: DispatchedAsk, { by, runId }: { by: string; runId: number }): string {
  return [
    ask.command,
    "",
    `- asked by: ${by}`,
    `- workflow run: ${runId}`,
    `- consent: ${ask.consents}`,
    "",
    dispatchMarker(runId),
  ].join("\n");
}

/** What a workflow run asks for, if it vouches for the issue; else throws a UserError with the first thing amiss. */
export function askOfRun(
  run: DispatchFact,
  about: { fullName: string; defaultBranch: string; issueBody: string; now: Date },
  origin: readonly OriginGuard[] = ORIGIN,
): DispatchedAsk {
  const amiss = origin.find(({ refuses }) => refuses(run, about));
  if (amiss) throw refusedDispatch(amiss.why);
  const inputs = inputsOfName(run.name);
  if (inputs === null)
    throw refusedDispatch(
      "the name of its workflow run does not tell the inputs",
      `Copy ${PASS_WORKFLOW} of this version of Roundtable again.`,
    );
  const ask = askOfInputs(inputs);
  const written = dispatchIssueBody(ask, { by: run.actor.login, runId: run.id });
  if (about.issueBody.replaceAll("\r\n", "\n").trim() !== written)
    throw refusedDispatch("this issue does not say what its workflow run was started with");
  return ask;
}
