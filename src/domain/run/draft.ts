/**
 * What a decision is written into while it is made: a copy of the journal's state, and the effects, events and waits
 * so far. Each step of `decide` gets the draft, reads `draft.view()` and adds to it.
 */
import { changeAttempt, copyOf, setAttempt } from "./attempts.ts";
import { allowanceFor, isSpent, type Wanted } from "./budget.ts";
import type { Effect } from "./effect.ts";
import { NOT_HINDERED, runsOf, type Attempt } from "./attempt.ts";
import type { Decision, PlanFile, State } from "./journal.ts";
import { attemptKey, marker, runName, TRAIN_SLUG, type AttemptName, type Role } from "./names.ts";
import type { RunSnapshot } from "./snapshot.ts";
import { viewOf, type RunView } from "./view.ts";
import type { Wait } from "./wait.ts";

/** One line of events.jsonl: who, what, why. */
export interface Event {
  at: string;
  by: string;
  what: string;
  unit: string | null;
  why: string;
}

export interface Pass {
  id: string;
  now: Date;
  /** Random hexadecimal, new for each decision: nonces are made from it. */
  seed: string;
  /** True when no other pass can be alive: open intents are ours at once. */
  takesOver: boolean;
}

/** An attempt whose run is not found this long after its write-ahead is dispatched again (design section 3). */
export const LOST_AFTER_MS = 120_000;
/** At a second or less a write, a batch is done within the 60 s that its intents are good for. */
export const MAX_BATCH = 60;
/** Dispatches of one attempt that may bring nothing before a person is asked. */
export const MAX_LOST = 2;
/** A review that cannot be read is asked for again so often (design 2.8). */
export const MAX_UNREADABLE = 1;

/** A decision whose default holds is one that spends nothing, merges nothing and can be undone. */
export const DEADLINE_AFTER_MS = 72 * 3_600_000;

/** A decision to be asked. */
export type Question = Pick<Decision, "kind" | "unit" | "question" | "options"> & { default?: number };

export class Draft {
  readonly snapshot: RunSnapshot;
  readonly pass: Pass;
  readonly state: State;
  readonly effects: Effect[] = [];
  readonly events: Event[] = [];
  readonly waits: Wait[] = [];
  lookAgainAt: Date | null = null;
  /** Takes the place of the plan; what else is decided waits for the next round. */
  planFile: PlanFile | null = null;
  /** A plan that waits for a confirm, to be kept with this decision. */
  next: PlanFile | null = null;
  #nonces = 0;

  constructor(snapshot: RunSnapshot, pass: Pass) {
    this.snapshot = snapshot;
    this.pass = pass;
    this.state = copyOf(snapshot.state);
  }

  /** The view on the state as decided so far. */
  view(): RunView {
    return viewOf(this.snapshot, this.state);
  }

  event(what: string, about: { unit?: string | null; why: string; by?: string }): void {
    this.events.push({
      at: this.pass.now.toISOString(),
      by: about.by ?? "roundtable",
      what,
      unit: about.unit ?? null,
      why: about.why,
    });
  }

  wait(wait: Wait): void {
    this.waits.push(wait);
  }

  /** A wait that ends by itself. */
  waitUntil(at: Date, { unit, what, why }: { unit: string | null; what: string; why: string }): void {
    this.lookAgain(at);
    const when = `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
    this.wait({ unit, for: "back-off", because: `${what} begins again, from ${when} on, because ${why}` });
  }

  lookAgain(at: Date): void {
    if (this.lookAgainAt === null || at < this.lookAgainAt) this.lookAgainAt = at;
  }

  /** The sentence a person is asked, once: the same question for the same unit stays one decision. */
  ask(question: Question): void {
    const open = Object.values(this.state.decisions).some(
      (other) => other.answer === null && other.kind === question.kind && other.unit === question.unit,
    );
    if (open) return;
    const id = this.#nextDecision();
    const { default: option = null } = question;
    const { now } = this.pass;
    this.state.decisions[id] = {
      ...question,
      at: now.toISOString(),
      default: option,
      deadline: option === null ? null : new Date(now.getTime() + DEADLINE_AFTER_MS).toISOString(),
      answer: null,
    };
    this.event("decision asked", { unit: question.unit, why: `${id}: ${question.question}` });
  }

  /** Not one that a comment of ours tells of already: a repaired journal does not know all that was asked. */
  #nextDecision(): string {
    const { decisions, run } = this.state;
    const { me, tracking } = this.snapshot;
    const shown = tracking.comments.filter(({ author }) => author === me);
    for (let n = Object.keys(decisions).length + 1; ; n++) {
      const id = `d${n}`;
      const mark = marker("decision", { run, id });
      if (!Object.hasOwn(decisions, id) && !shown.some(({ body }) => body.trimEnd().endsWith(mark)))
        return id;
    }
  }

  /**
   * Writes an attempt ahead and dispatches its run; a new nonce makes every earlier run of it stale. While the run is
   * paused nothing is dispatched, and no agent once the money is spent; the unit waits. True when it was written down.
   */
  dispatch(attempt: {
    slug: string;
    role: Role;
    n: number;
    headSha: string;
    baseSha: string;
    agent: string | null;
    reviewer: string | null;
    unit: string | null;
    lost?: number;
    again?: string | null;
    before?: Attempt["before"];
    hindered?: Attempt["hindered"];
    /** Written down now and dispatched then. */
    after?: Date | null;
    why: string;
  }): boolean {
    const { slug, role, n, headSha, baseSha, agent, reviewer } = attempt;
    if (this.state.paused) {
      this.wait({ unit: attempt.unit, for: "pause", because: "the run is paused" });
      return false;
    }
    const key = attemptKey(attempt);
    const was = this.state.attempts[key];
    const allowance = agent === null ? null : this.#allowance({ key, role, agent, unit: attempt.unit });
    if (allowance === "none") return false;
    const nonce = `${this.pass.seed}${(this.#nonces++).toString(16).padStart(4, "0")}`;
    const at = this.pass.now.toISOString();
    const { lost = 0, again = null, hindered = NOT_HINDERED, after = null } = attempt;
    setAttempt(this.state, key, {
      nonce,
      runId: null,
      pastRuns: was ? runsOf(was) : [],
      agent,
      reviewer,
      headSha,
      baseSha,
      at,
      lost,
      again,
      allowance: after === null ? allowance : null,
      before: attempt.before ?? null,
      hindered,
      after: after?.toISOString() ?? null,
      sent: false,
      outcome: null,
      endedAt: null,
      result: null,
      committed: null,
    });
    if (after !== null) {
      this.waitUntil(after, { unit: attempt.unit, what: `${role} ${n}`, why: attempt.why });
      return true;
    }
    this.state.spend.attempts += 1;
    const inputs = {
      run: String(this.state.run),
      unit: slug,
      role,
      attempt: String(n),
      reviewer: reviewer ?? "",
      nonce,
      sha: headSha,
    };
    this.effects.push({ id: `dispatch:${key}:${nonce}`, kind: "dispatch", attempt: key, inputs });
    this.event("dispatched", {
      unit: attempt.unit,
      why: `${role} ${n}${reviewer ? ` (${reviewer})` : ""}: ${attempt.why}`,
    });
    return true;
  }

  /** US dollars, null where nothing limits it; else what it waits for is said, and asked. */
  #allowance(wanted: Wanted): number | null | "none" {
    const { unit } = wanted;
    if (isSpent(this.state)) {
      this.wait({ unit, for: "budget", because: "the money that was agreed to is spent" });
      return "none";
    }
    const allowance = allowanceFor(this, wanted);
    if (allowance.may) return allowance.usd;
    this.wait({ unit, for: "budget", because: allowance.because });
    if (allowance.question) this.ask(allowance.question);
    return "none";
  }

  /** The train goes nowhere any more: its verify run is not waited for. */
  dropTrain(why: string): void {
    const { train } = this.state;
    if (!train) return;
    const key = attemptKey({ slug: TRAIN_SLUG, role: "verify", n: train.n });
    if (this.state.attempts[key]?.outcome === null) changeAttempt(this.state, key, { outcome: "cancelled" });
    this.state.train = null;
    this.event("train dropped", { why });
  }

  /** The name of an attempt's workflow run. */
  runNameOf(attempt: Omit<AttemptName, "run">): string {
    return runName({ ...attempt, run: this.state.run });
  }
}
