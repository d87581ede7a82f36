/** One pass over a snapshot, and what it starts. */
import { decide, type RunDecision } from "../../src/domain/run/decide.ts";
import type { Decision } from "../../src/domain/run/journal.ts";
import type { RunOutcome, RunSnapshot } from "../../src/domain/run/snapshot.ts";
import { viewOf } from "../../src/domain/run/view.ts";
import { NOW, snapshotOf, type World } from "./asked.ts";

export const passOver = (snapshot: RunSnapshot): RunDecision => {
  freeze(snapshot.state.attempts);
  return decide(snapshot, { id: "p", now: new Date(NOW), seed: "5eed", takesOver: false });
};

/** Of all that a pass sees attempts alone are not copied before it decides: whoever changes one in place fails. */
function freeze(what: unknown): void {
  if (typeof what !== "object" || what === null || Object.isFrozen(what)) return;
  for (const part of Object.values(Object.freeze(what))) freeze(part);
}

export const pass = (world: World): RunDecision => passOver(snapshotOf(world));

/** Branches of units that begin, attempts that are dispatched, and the train. */
export const startsOf = ({ effects }: RunDecision): string[] =>
  effects
    .filter(({ kind }) => ["dispatch", "ensure-branch", "build-train"].includes(kind))
    .map(({ id }) => id.replace(/:5eed\w+$/, ""))
    .toSorted();

/** The units' phases, in the order of the plan. */
export const phasesOf = ({ view }: Pick<RunDecision, "view">): string[] =>
  [...view.phases.values()].map(({ kind }) => kind);
export const phasesAt = (snapshot: RunSnapshot): string[] =>
  phasesOf({ view: viewOf(snapshot, snapshot.state) });

export const openOf = ({ state }: RunDecision): Decision[] =>
  Object.values(state.decisions).filter(({ answer }) => answer === null);

/** A minute of the hour before the pass looks. */
export const at = (minute: number): string => `2026-01-04T23:${10 + minute}:00.000Z`;

/** A workflow run that has ended and handed nothing over. */
export const NOTHING: RunOutcome = {
  runId: 100,
  url: "https://github.test/runs/100",
  conclusion: "failure",
  verify: null,
  tail: "",
  handOver: { kind: "none" },
};
