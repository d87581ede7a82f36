/**
 * The run's memory: only what cannot be derived from GitHub. Contracts, "Journal"; design section 3.
 *
 * `state.json` is versioned: see `read-state.ts`. A phase never stands here: see `phase.ts`.
 */
import { z } from "zod";
import { Config } from "../config.ts";
import { PlanFlags } from "../plan/flags.ts";
import { Plan } from "../plan/plan.ts";
import { Attempt } from "./attempt.ts";
import { DecisionKind } from "./decision-kind.ts";
import { Effect } from "./effect.ts";

export const JOURNAL_VERSION = 1;

export const PlanFile = z.strictObject({ v: z.literal(1), plan: Plan, config: Config });
export type PlanFile = z.infer<typeof PlanFile>;

export const Decision = z.strictObject({
  kind: DecisionKind,
  unit: z.string().nullable(),
  question: z.string(),
  options: z.array(
    z.strictObject({
      does: z.enum(["proceed", "accept", "resume", "retry", "revert", "pause", "replan", "skip", "abort"]),
      text: z.string(),
      /** The unit that `revert` is about. */
      unit: z.string().optional(),
    }),
  ),
  at: z.string(),
  /** The option that holds at the deadline; null: it waits for a person as long as it takes. */
  default: z.number().nullable().default(null),
  deadline: z.string().nullable().default(null),
  answer: z
    .strictObject({ option: z.number(), by: z.string(), comment: z.number(), at: z.string() })
    .nullable(),
});
export type Decision = z.infer<typeof Decision>;

export const Intent = z.strictObject({ id: z.string(), pass: z.string(), at: z.string(), effect: Effect });
export type Intent = z.infer<typeof Intent>;

const Ended = z.strictObject({ at: z.string(), outcome: z.enum(["complete", "halted"]), reason: z.string() });

export const Planning = z.strictObject({
  agent: z.string(),
  /** Who asked has agreed already, by a dispatch with a ceiling. */
  consents: z.boolean(),
  /** Null while it goes on. `isRefined`: false where the plan by the rules stands; `why` is a sentence. */
  ended: z.strictObject({ isRefined: z.boolean(), why: z.string() }).nullable(),
});
export type Planning = z.infer<typeof Planning>;

/** A new plan that a person has asked for while the run is under way. */
export const Replan = z.strictObject({
  by: z.string(),
  at: z.string(),
  /** The command; what comes of it is said in answer to it. */
  comment: z.number(),
  /** The plan that waits for a confirm, at `sha`; null until it is made. */
  made: z
    .strictObject({
      hash: z.string(),
      sha: z.string(),
      at: z.string(),
      /** Units of both plans that say something else now. */
      changed: z.array(z.string()),
      maxCost: z.number().nullable(),
    })
    .nullable(),
});
export type Replan = z.infer<typeof Replan>;

export const State = z.strictObject({
  v: z.literal(JOURNAL_VERSION),
  run: z.number(),
  form: z.enum(["action", "app"]),
  /** `sha`: the commit that the plan was made at. */
  spec: z.strictObject({ name: z.string(), path: z.string(), sha: z.string() }),
  /** `sha`: the commit that the integration branch begins from; the same until a new plan takes over. */
  base: z.strictObject({ branch: z.string(), sha: z.string() }),
  planHash: z.string(),
  ask: z.strictObject({
    by: z.string(),
    at: z.string(),
    comment: z.number(),
    maxCost: z.number().nullable(),
  }),
  /** What the ask said; a plan is made with it again. */
  request: z
    .strictObject({ flags: PlanFlags, labels: z.array(z.string()), maxCost: z.number().nullable() })
    .default({ flags: {}, labels: [], maxCost: null }),
  /** The command by which the present plan was made in place of another; null: with the ask. */
  replannedBy: z.number().nullable().default(null),
  /** The login that its writes carry: by it the board is found again. */
  account: z.string().nullable().default(null),
  replan: Replan.nullable().default(null),
  /** Unit → how often it began anew, on a new branch, because the plan had changed or a person had taken it. */
  anew: z.record(z.string(), z.number()).default({}),
  /** Units that somebody outside has taken. `ended`: the sentence by which it went back to agents. */
  claims: z
    .record(
      z.string(),
      z.strictObject({
        by: z.string(),
        at: z.string(),
        /** The command; 0: a bot's pull request that names the unit. */
        comment: z.number(),
        ended: z.string().nullable(),
      }),
    )
    .default({}),
  /** Pull requests from outside whose work was taken out again: nothing has landed by them. */
  revertedPulls: z.array(z.number()).default([]),
  consent: z
    .strictObject({
      by: z.string(),
      at: z.string(),
      comment: z.number(),
      planHash: z.string(),
      baseSha: z.string(),
      maxCost: z.number().nullable(),
    })
    .nullable(),
  /** Of a run whose plan a model refines before anybody may agree to it; null: the rules alone made it. */
  planning: Planning.nullable().default(null),
  paused: z.boolean(),
  intents: z.array(Intent),
  attempts: z.record(z.string(), Attempt),
  /** Unit → the integration commit that its branch begins from: written before the branch is made. */
  began: z.record(z.string(), z.string()),
  /** Paths by which an inferred write set grew at hand-over, by unit. */
  writeSets: z.record(z.string(), z.array(z.string())),
  decisions: z.record(z.string(), Decision),
  /** Units ended by a person. */
  dropped: z.record(
    z.string(),
    z.strictObject({ as: z.enum(["skipped", "cancelled"]), by: z.string(), because: z.string() }),
  ),
  /** Heads that a train showed to be red, by unit. */
  rejected: z.record(z.string(), z.strictObject({ head: z.string(), because: z.string() })),
  /** Heads that could not be merged onto the integration commit `on`, by unit. */
  conflicts: z.record(z.string(), z.strictObject({ head: z.string(), on: z.string() })).default({}),
  /**
   * The base branch's head that could not be merged onto the integration commit `on`. `isLeft`: that is left to who
   * merges the final pull request.
   */
  baseConflict: z
    .strictObject({ on: z.string(), base: z.string(), isLeft: z.boolean() })
    .nullable()
    .default(null),
  /** By `/orchestrate approve`: the head that it is about, and when it was said. It overrules the reviews before it. */
  approvals: z.record(z.string(), z.strictObject({ head: z.string(), at: z.string() })),
  /** Attempts a person granted beyond the limit, by unit; `_base` for a moved base branch. */
  granted: z.record(z.string(), z.number()),
  /** Heads at which people asked for changes; GitHub forgets it when a review is dismissed. */
  changeRequests: z.array(z.strictObject({ unit: z.string(), by: z.string(), sha: z.string() })).default([]),
  /** How often a person had reviewed work done again, by unit. */
  redone: z.record(z.string(), z.number()).default({}),
  /** By comment id: a command is obeyed once. `say` is the reply that it gets, where it gets one. */
  commands: z.record(
    z.string(),
    z.strictObject({ did: z.enum(["obeyed", "answered", "refused"]), say: z.string().nullable() }),
  ),
  /** The candidate under way. `built` is its commit once the merges are made. */
  train: z
    .strictObject({
      n: z.number(),
      on: z.string(),
      members: z.array(z.strictObject({ unit: z.string(), sha: z.string() })),
      finish: z.boolean(),
      /** The landed unit whose work it takes out again. */
      reverts: z.string().nullable().default(null),
      built: z.string().nullable(),
      notes: z.array(z.string()),
    })
    .nullable(),
  /** Unit → the head that was on a red train with others: it travels alone, so that the culprit shows. */
  alone: z.record(z.string(), z.string()).default({}),
  /** The verified commit that the integration branch was last seen at; null before anything landed. */
  integration: z.string().nullable().default(null),
  /** Trains so far. */
  trains: z.number(),
  /** Unit → the PR head that landed and the verified commit that carries it; passed gates: the verified head. */
  landed: z.record(z.string(), z.strictObject({ head: z.string(), sha: z.string() })),
  /** Landed units that a person wants reverted, and what became of it where it failed. */
  reverts: z
    .record(
      z.string(),
      z.strictObject({ because: z.string(), failed: z.enum(["red", "conflict"]).nullable() }),
    )
    .default({}),
  /** Units that were reverted: how often, from which integration commit, and why. Each time they get a new branch. */
  reverted: z
    .record(z.string(), z.strictObject({ times: z.number(), on: z.string(), because: z.string() }))
    .default({}),
  /** What a person must know of the last train: of a base branch that had moved, of boxes left alone. */
  notes: z.array(z.string()),
  /** The verified commit with the ticked boxes; then only the final PR is left. */
  finished: z.string().nullable(),
  /** The commit that adds to AGENTS.md; `sha` is null where there was nothing new. Null until it is written. */
  learnings: z.strictObject({ sha: z.string().nullable() }).nullable().default(null),
  /** Writes that GitHub refused, by effect id; each is said once and not tried again before a person acts. */
  refusals: z.record(z.string(), z.strictObject({ what: z.string(), fix: z.string(), at: z.string() })),
  /**
   * `usd`: what is known of it; null where nothing is. `ceiling`: what a person has allowed beyond `consent.maxCost`;
   * `units`: beyond `budget.unit`, by unit.
   */
  spend: z.strictObject({
    usd: z.number().nullable(),
    attempts: z.number(),
    ceiling: z.number().nullable().default(null),
    units: z.record(z.string(), z.number()).default({}),
  }),
  /** The blob of tasks.md on the base branch of which a person was told last, or `gone`; null: the plan's own. */
  specSeen: z.string().nullable().default(null),
  /** Unit, or `task` and its id → its issue: a person may write another text over the one that tells. */
  issues: z.record(z.string(), z.number()).default({}),
  /** Unit, or `#` and the number of a task's issue → what its issue was last said to be blocked by, what not any more, and when. */
  links: z
    .record(
      z.string(),
      z.strictObject({
        blockedBy: z.array(z.number()),
        drops: z.array(z.number()).default([]),
        at: z.string(),
      }),
    )
    .default({}),
  /** Unit → the phase that its issue's labels were last written for, and the status labels before that; see moved-label.ts. */
  shown: z
    .record(z.string(), z.strictObject({ phase: z.string(), before: z.string(), isExplained: z.boolean() }))
    .default({}),
  /** The project of GitHub: unit → what was last written of it, and what was in the way. */
  project: z
    .strictObject({
      url: z.string().nullable(),
      shown: z.record(z.string(), z.string()),
      /** `isPassing`: GitHub was out of reach, or asked for patience. */
      failed: z
        .strictObject({
          what: z.string(),
          fix: z.string(),
          at: z.string(),
          isPassing: z.boolean().default(false),
        })
        .nullable(),
    })
    .default({ url: null, shown: {}, failed: null }),
  /** The last time in which GitHub was out of reach for so long that people should know. */
  outage: z.strictObject({ from: z.string(), to: z.string(), why: z.string() }).nullable().default(null),
  ended: Ended.nullable(),
});
/** Of its attempts see attempts.ts. */
export interface State extends Omit<z.infer<typeof State>, "attempts"> {
  attempts: Readonly<Record<string, Attempt>>;
}
