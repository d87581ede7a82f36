/**
 * `mode: ask`: a dispatch of the pass workflow with a spec opens the tracking issue. The first lines say command, actor
 * and workflow run; whoever acts on them reads that run again, for the issue's text is only a claim.
 */
import { UserError } from "../../domain/problem.ts";
import { parseCommand } from "../../domain/run/command.ts";
import { marker, OWN_LABEL } from "../../domain/run/names.ts";
import type { Github, Log } from "../ports.ts";

export interface DispatchAsk {
  spec: string;
  /** Flags as after `/orchestrate <path>`. */
  options: string;
  consent: string;
  maxCost: string;
  actor: { login: string; isBot: boolean };
  runId: number;
  /** From 1; a repeated workflow run asks for nothing. */
  runAttempt: number;
}

export async function askByDispatch(
  { github, log }: { github: { board: Pick<Github["board"], "permission" | "ensureIssue"> }; log: Log },
  ask: DispatchAsk,
): Promise<{ issue: number }> {
  const command = commandOf(ask);
  if (ask.actor.isBot)
    throw refused("a bot started this workflow run", "Let a person with write access start it.");
  if (ask.runAttempt !== 1) throw refused("this is a repeated workflow run", "Start the workflow anew.");
  const level = await github.board.permission(ask.actor.login);
  if (level !== "write" && level !== "admin")
    throw refused(`${ask.actor.login} has no write access`, "Let a person with write access start it.");
  const consents = consentOf(ask);
  const mark = marker("run", { dispatch: ask.runId });
  const body = [
    command,
    "",
    `- asked by: ${ask.actor.login}`,
    `- workflow run: ${ask.runId}`,
    `- consent: ${consents}`,
    "",
    mark,
  ].join("\n");
  const { number } = await github.board.ensureIssue({
    marker: mark,
    title: `Orchestrate ${ask.spec}`,
    body,
    labels: [OWN_LABEL],
    parent: null,
  });
  log.info(`Issue ${number} tracks what ${ask.actor.login} asked for.`);
  return { issue: number };
}

/** One line that a comment could hold as well; nothing else gets into the issue. */
function commandOf({ spec, options, maxCost }: DispatchAsk): string {
  const words = [
    spec,
    ...options.split(/\s+/),
    ...(maxCost.trim() === "" ? [] : ["--max-cost", maxCost.trim()]),
  ].filter((word) => word !== "");
  if (!words.every((word) => /^[\w./,@+-]+$/.test(word))) {
    throw refused(
      "spec and options may hold letters, digits and ./,@+-_ only",
      "Write them as after /orchestrate in a comment.",
    );
  }
  const command = `/orchestrate ${words.join(" ")}`;
  const parsed = parseCommand(command);
  if (parsed.kind === "mistake")
    throw refused(parsed.sentence.replace(/\.$/, ""), "Mend the inputs and start the workflow again.");
  if (parsed.kind === "none" || parsed.command.kind !== "ask")
    throw refused("spec is not the path of a spec's folder", "Name a folder such as .kiro/specs/x.");
  return command;
}

/** Consent needs the ceiling that it consents to. */
function consentOf({ consent, maxCost }: DispatchAsk): boolean {
  if (consent.trim().toLowerCase() !== "true") return false;
  if (!(Number(maxCost) > 0))
    throw refused(
      "consent needs a max_cost above 0",
      "Give a ceiling in USD, or leave consent out and confirm on the issue.",
    );
  return true;
}

const refused = (why: string, fix: string): UserError =>
  new UserError({ what: "This dispatch asks for nothing", why, fix });
