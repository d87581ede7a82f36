/**
 * One run in a pass: rounds of observe → decide → append → apply, until there is nothing more to write (design sections 3
 * and 4).
 *
 * The order of a round that writes: (1) the intended effects are appended to the journal; whoever loses that race
 * observes again, with growing patience; (2) they are applied; (3) results that are no facts are carried to the next
 * append. 90 s after an append, by GitHub's clock, no effect of it is begun any more. A round with nothing to do writes
 * nothing.
 */
import { absorb, decide, type RunDecision } from "../domain/run/decide.ts";
import type { Effect, EffectResult } from "../domain/run/effect.ts";
import type { State } from "../domain/run/journal.ts";
import type { RunSnapshot } from "../domain/run/snapshot.ts";
import type { Hash } from "../domain/plan/slug.ts";
import { UserError } from "../domain/problem.ts";
import { apply, isEdit } from "./apply.ts";
import { observeRun } from "./observe.ts";
import type { Github, Log, OpenRun, Random } from "./ports.ts";
import type { RunReport } from "./report.ts";

/**
 * After an append, for so long effects of it may be begun: 90 s (design section 3), less what a call may wait for its
 * turn (`PATIENCE_MS` of the pacer).
 */
const BATCH_MS = 60_000;
/** A pass that still writes after so many rounds, and one more for each unit, has a fault. The next one goes on. */
const MAX_ROUNDS = 100;

/** Appends lost in a row before a pass waits, and before it gives the run up. */
const LOSSES_AT_ONCE = 3;
const MAX_LOSSES = 8;

export interface RunPass {
  github: Github;
  random: Random;
  log: Log;
  form: State["form"];
  hash: Hash;
  /** True where no other pass can be alive: open intents are taken over at the first look. */
  takeOver?: boolean;
  /** All open runs, as this pass found them. */
  others: readonly OpenRun[];
  /** Random: no two passes make the same journal commit. */
  id: string;
  /** Whose the intents are. */
  announcer: string;
  carried: Map<number, EffectResult[]>;
  seen: Set<number>;
  /** Appends lost in a row, by run. */
  losses: Map<number, number>;
}

/** Null for a run that the other form drives, or that somebody else has just ended. */
export async function reconcileRun(pass: RunPass, { run, revision }: OpenRun): Promise<RunReport | null> {
  const did: Record<string, number> = {};
  let head = revision;
  let before: RunSnapshot | null = null;
  let isOwn = false;
  for (let round = 1; ; round++) {
    const { snapshot, decision } = await look(pass, { run, revision: head, before, isOwn });
    before = snapshot;
    if (snapshot.state.form !== pass.form) return null;
    const report = (lookAgainAt: Date | null, isHeldBack = false): RunReport => ({
      run,
      outcome: decision.outcome,
      reason: decision.reason,
      view: decision.view,
      waits: decision.waits,
      did,
      lookAgainAt,
      isHeldBack,
    });
    if (decision.quiet) {
      // What another pass had begun to say of the end, and may have been killed before, is to be said first, and what
      // failed to be tried again; and workflow runs that were cancelled are to have ended.
      const isSaid = decision.state.intents.length === 0 && decision.lookAgainAt === null;
      if (decision.state.ended && isSaid) await pass.github.journal.archive(run, head);
      return report(decision.lookAgainAt);
    }
    const most = MAX_ROUNDS + snapshot.planFile.plan.units.length;
    if (round > most) {
      const next = [...decision.events.map(({ what }) => what), ...decision.effects.map(({ id }) => id)];
      throw new Error(`run ${run} did not come to rest in ${most} rounds; next: ${next.join(", ")}`);
    }
    const appended = await pass.github.journal.append(run, head, {
      pass: pass.id,
      message: messageOf(decision),
      state: decision.state,
      events: decision.events,
      ...(decision.planFile && { planFile: decision.planFile }),
      ...(decision.next && { next: decision.next }),
    });
    if (appended === "lost") {
      const now = (await pass.github.journal.openRuns()).find((open) => open.run === run);
      if (!now) return null;
      const later = afterLoss(pass, run);
      // What was decided is not written: it is no outcome yet.
      if (later)
        return { ...report(later, true), outcome: "running", reason: "its journal moves on under this pass" };
      head = now.revision;
      isOwn = false;
      continue;
    }
    pass.losses.delete(run);
    head = appended.revision;
    isOwn = true;
    pass.carried.set(run, []);
    const later = await applyAll(pass, {
      snapshot: { ...snapshot, state: decision.state },
      decision,
      appendedAt: appended.at,
      did,
    });
    if (later) return report(later, true);
  }
}

/** Null: to be observed again at once. Each round reads everything, so the patience grows, and has an end. */
function afterLoss({ losses, random, github }: RunPass, run: number): Date | null {
  const lost = (losses.get(run) ?? 0) + 1;
  losses.set(run, lost);
  if (lost < LOSSES_AT_ONCE) return null;
  if (lost === MAX_LOSSES) {
    losses.delete(run);
    throw new UserError({
      what: `The journal of run ${run} could not be written`,
      why: `it had moved on at each of ${MAX_LOSSES} tries`,
      fix: "See what else is at work on this run; the next pass tries again.",
    });
  }
  const seconds = 2 ** (lost - LOSSES_AT_ONCE + 1) * (1 + Number.parseInt(random.hex(2), 16) / 256);
  return new Date(github.now().getTime() + seconds * 1000);
}

async function look(
  pass: RunPass,
  open: OpenRun & { before: RunSnapshot | null; isOwn: boolean },
): Promise<{ snapshot: RunSnapshot; decision: RunDecision }> {
  const results = pass.carried.get(open.run) ?? [];
  const snapshot = await observeRun(pass.github, open, {
    hash: pass.hash,
    before: open.before,
    isOwn: open.isOwn,
    others: pass.others,
    results: (state) => absorb(state, results, pass.github.now()),
  });
  const takesOver = pass.takeOver === true && !pass.seen.has(open.run);
  pass.seen.add(open.run);
  return {
    snapshot,
    decision: decide(snapshot, {
      id: pass.announcer,
      now: pass.github.now(),
      seed: pass.random.hex(16),
      takesOver,
    }),
  };
}

interface Batch {
  snapshot: RunSnapshot;
  decision: RunDecision;
  appendedAt: Date;
  did: Record<string, number>;
}

/** The time to look again where GitHub asks for patience; null when all were begun. */
async function applyAll(pass: RunPass, batch: Batch): Promise<Date | null> {
  const { snapshot, decision, appendedAt } = batch;
  const isInTime = (): boolean => pass.github.now().getTime() - appendedAt.getTime() <= BATCH_MS;
  const edits = decision.effects.filter((effect) => isEdit(effect, snapshot));
  for (const effect of decision.effects) {
    if (edits.includes(effect)) continue;
    if (!isInTime()) return null;
    const later = await applyOne(pass, batch, effect);
    if (later) return later;
  }
  if (!isInTime()) return null;
  // What is asked for together goes to GitHub together.
  const later = await Promise.all(edits.map((effect) => applyOne(pass, batch, effect)));
  return later.find((time) => time !== null) ?? null;
}

/** The time to look again, where GitHub asks for patience. */
async function applyOne(pass: RunPass, { snapshot, did }: Batch, effect: Effect): Promise<Date | null> {
  const carry = (result: EffectResult): unknown => pass.carried.get(snapshot.run)?.push(result);
  try {
    const applied = await apply(pass.github, snapshot, effect);
    if (applied.did === "created" || applied.did === "updated")
      did[effect.kind] = (did[effect.kind] ?? 0) + 1;
    if (applied.result) carry(applied.result);
    if (applied.result?.kind === "later") return applied.result.retryAt;
    if (applied.result?.kind === "refused")
      pass.log.warn("GitHub refused a write", {
        run: snapshot.run,
        effect: effect.id,
        what: applied.result.what,
      });
  } catch (error) {
    if (error instanceof UserError) throw error;
    // Our own fault: the run asks a person, the log has the cause, other writes go on.
    pass.log.error("an effect failed", {
      run: snapshot.run,
      effect: effect.id,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    carry({
      kind: "refused",
      effect: effect.id,
      what: `Roundtable itself failed at ${effect.id}.`,
      fix: "Its log has the cause. Try again, or end the run.",
    });
  }
  return null;
}

function messageOf(decision: RunDecision): string {
  const whats = [
    ...new Set(
      decision.events.map((event) =>
        event.unit === null ? event.what : `${event.what} (unit ${event.unit})`,
      ),
    ),
  ];
  return whats.length > 0 ? whats.slice(0, 3).join("; ") : `Write ${decision.effects.length} effects`;
}
