/** Commands on the tracking issue, each obeyed once; who may is read live (design 2.1, 2.3). */
import { helpBody, replyBody } from "../board/decision.ts";
import { claimUnit, releaseUnit } from "./claim.ts";
import { COMMANDS } from "./commands.ts";
import { parseCommand, type Command, type ParsedCommand } from "./command.ts";
import { isLocked, isRedo, noteRedo, respecifyAsked } from "./debt.ts";
import type { Draft } from "./draft.ts";
import type { CommentFact } from "./facts.ts";
import { statusLine } from "../board/status-line.ts";
import { isHeard, mayCommand } from "./heard.ts";
import { marker } from "./names.ts";
import { planMarker, whyNotNow } from "./planning.ts";
import { askForPlan, leavePlan, nextMarker, takeOver } from "./replan.ts";
import { askForRevert } from "./revert.ts";
import { actOnRun, cancelRun } from "./steer-run.ts";
import { actOnUnit, answerDecision, lockedAnswer, no, steer, yes, type Answer } from "./steer.ts";
import type { RunView, UnitView } from "./view.ts";

export function obeyCommands(draft: Draft): void {
  const { state, snapshot } = draft;
  for (const comment of snapshot.tracking.comments) {
    if (!isHeard(comment, state)) continue;
    const parsed = parseCommand(comment.body);
    // Another ask on this issue opens a run of its own: see application/ask.ts.
    if (parsed.kind === "none" || (parsed.kind === "command" && parsed.command.kind === "ask")) continue;
    if (!mayCommand(snapshot.permissions[comment.author] ?? "none")) {
      state.commands[String(comment.id)] = { did: "refused", say: null };
      draft.event("command refused", { why: "its author has no write access", by: comment.author });
      continue;
    }
    const answer = answerTo(draft, parsed, comment);
    state.commands[String(comment.id)] = {
      did: answer.obeyed ? "obeyed" : "answered",
      say: answer.say ?? (answer.obeyed ? null : answer.sentence),
    };
    draft.event(answer.obeyed ? "command obeyed" : "command answered", {
      why: answer.sentence,
      by: comment.author,
    });
    // What is said after it is about the plan that takes over.
    if (draft.planFile !== null) return;
  }
}

/** What a command's author sees of it: a reaction, and a reply where there is something to say. */
export function answerCommands(draft: Draft): void {
  const { run, commands } = draft.state;
  const { comments } = draft.snapshot.tracking;
  for (const comment of comments) {
    const command = commands[String(comment.id)];
    if (!command) continue;
    if (!comment.answered) {
      draft.effects.push({
        id: `react:${comment.id}`,
        kind: "react",
        comment: comment.id,
        content: command.did === "obeyed" ? "rocket" : "confused",
      });
    }
    const mark = marker("run", { run, reply: comment.id });
    if (
      command.say === null ||
      comments.some((other) => other.author === draft.snapshot.me && other.body.trimEnd().endsWith(mark))
    )
      continue;
    draft.effects.push({
      id: `reply:${comment.id}`,
      kind: "ensure-comment",
      issue: run,
      marker: mark,
      body: replyBody({ run, comment: comment.id, sentence: command.say }),
    });
  }
}

function answerTo(draft: Draft, parsed: ParsedCommand, comment: CommentFact): Answer {
  if (parsed.kind === "mistake") return no(parsed.sentence);
  if (parsed.kind === "none" || parsed.command.kind === "ask")
    return no("There is no command in this comment.");
  return obey(draft, parsed.command, comment);
}

function obey(draft: Draft, command: Exclude<Command, { kind: "ask" }>, comment: CommentFact): Answer {
  const { state } = draft;
  switch (command.kind) {
    case "confirm":
      return confirm(draft, command.hash, comment);
    case "pause":
      state.paused = true;
      return yes("paused: nothing new is started");
    case "resume": {
      const asked = respecifyAsked(state);
      if (asked !== undefined)
        return no(
          `The run stands still until decision ${asked} is answered; \`/orchestrate decide ${asked} 1\` goes on.`,
        );
      const left = state.replan !== null && state.consent !== null ? leavePlan(draft, comment.author) : null;
      state.paused = false;
      return yes(left ?? "resumed");
    }
    case "cancel":
      cancelRun(draft, comment.author);
      return yes("run cancelled");
    case "replan":
      return askForPlan(draft, comment);
    case "status":
      return { ...yes("status"), say: statusLine(draft.view()) };
    case "help":
      return { ...yes("help"), say: helpBody(COMMANDS) };
    case "decide":
      return decideOn(draft, command, comment);
    case "retry":
    case "skip":
    case "abort":
    case "approve":
    case "claim":
    case "release": {
      const unit = unitNamed(draft.view(), command.unit);
      if (!unit) return no("The plan has no unit of that id. The tracking comment lists them.");
      if (command.kind === "claim") return claimUnit(draft, unit, comment);
      if (command.kind === "release") return releaseUnit(draft, unit);
      return steer(draft, {
        command: { ...command, kind: command.kind },
        unit,
        by: comment.author,
        at: comment.createdAt,
      });
    }
  }
}

/** Some letters have two forms that look alike. */
function unitNamed({ byId, units }: RunView, name: string): UnitView | undefined {
  const plain = name.normalize("NFKD");
  return byId.get(name) ?? units.find(({ unit }) => unit.id.normalize("NFKD") === plain);
}

function confirm(draft: Draft, hash: string | null, comment: CommentFact): Answer {
  const { state } = draft;
  const { replan } = state;
  if (replan !== null && replan.made === null)
    return no("A new plan is being made. Look at it first: its comment says how to confirm it.");
  if (state.consent && replan === null) return no("This plan is confirmed already.");
  const shown = replan?.made
    ? { mark: nextMarker(state)!, hash: replan.made.hash }
    : { mark: planMarker(state), hash: state.planHash };
  if (hash !== null && !shown.hash.startsWith(hash)) {
    return no(
      `That is not the hash of the plan that waits. Look at its comment and confirm \`${shown.hash.slice(0, 12)}\`.`,
    );
  }
  const early = whyNotNow(draft, comment, shown);
  if (early !== null) return no(early);
  if (replan !== null) return takeOver(draft, comment);
  state.consent = {
    by: comment.author,
    at: draft.pass.now.toISOString(),
    comment: comment.id,
    planHash: state.planHash,
    baseSha: state.spec.sha,
    maxCost: state.ask.maxCost,
  };
  return yes(`plan ${state.planHash.slice(0, 12)} confirmed at base ${state.spec.sha.slice(0, 7)}`);
}

function decideOn(draft: Draft, command: Extract<Command, { kind: "decide" }>, comment: CommentFact): Answer {
  const decision = draft.state.decisions[command.decision];
  if (!decision) return no(`There is no decision ${command.decision}.`);
  if (decision.answer)
    return no(`Decision ${command.decision} was answered by ${decision.answer.by} already.`);
  const option = decision.options[command.option - 1];
  if (!option) return no(`Decision ${command.decision} has the options 1 to ${decision.options.length}.`);
  const about = (): UnitView | null =>
    decision.unit === null ? null : (draft.view().byId.get(decision.unit) ?? null);
  const before = about();
  if (before !== null && option.does === "retry" && isRedo(decision) && isLocked(draft.state, before.unit.id))
    return lockedAnswer(draft, before);
  answerDecision(draft, command.decision, {
    option: command.option,
    by: comment.author,
    comment: comment.id,
  });
  const unit = about();
  if (unit !== null && option.does === "retry") noteRedo(draft, unit, decision);
  if (unit !== null && option.unit !== undefined)
    askForRevert(draft, { unit: option.unit, gate: unit.unit.id, by: comment.author });
  if (option.does === "replan") return askForPlan(draft, comment);
  if (unit === null) actOnRun(draft, decision, { option: command.option, by: comment.author });
  else {
    const { author: by, createdAt: at } = comment;
    actOnUnit(draft, { does: option.does, kind: decision.kind, unit, by, at });
  }
  return yes(`${command.decision}: ${option.text}`);
}
