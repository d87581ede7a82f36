/**
 * The truth table of a unit's phase. The first row that fits decides; what cannot come to be is named with the reason.
 * test/domain/run/phase-table.test.ts holds every combination of facts to it, test/story/any-run.test.ts what runs make.
 */
import type { PhaseKind } from "../../src/domain/run/phase.ts";
import type { Ends, Facts } from "./phase-facts.ts";

/** Each named fact is one of these; a fact that is not named may be anything. */
type When<F> = { readonly [Name in keyof F]?: readonly F[Name][] };
export type Row<F, Then> = readonly [when: When<F>, then: Then, because: string];
export const NEVER = "never";

const CUT_SHORT = [
  "needs_info",
  "blocked",
  "timed_out",
  "interrupted",
  "rate_limited",
  "infra",
  "failed",
] as const;

export const WORK: readonly Row<Facts, PhaseKind | typeof NEVER>[] = [
  // Nothing was tried yet.
  [{ outcome: ["none"], role: ["fix", "resolve"] }, NEVER, "without an attempt there is no role"],
  [{ outcome: ["none"], files: ["handed over", "on the branch"] }, NEVER, "nor are there files"],
  [
    { outcome: ["none"], verified: ["owed", "asked", "green", "red", "lost"] },
    NEVER,
    "nor anything to verify",
  ],
  [{ outcome: ["none"] }, "not_started", "its first attempt is not dispatched"],

  // An attempt is under way: what its head was before does not matter.
  [
    { outcome: ["under way"], files: ["handed over", "on the branch"] },
    NEVER,
    "files come with the outcome (settle)",
  ],
  [{ outcome: ["under way"] }, "in_progress", "an agent works on it"],

  // Outcomes that work does not have.
  [{ outcome: ["green"] }, NEVER, "only a verify run is green (settle)"],
  [{ outcome: ["cancelled"] }, NEVER, "attempts are cancelled with their unit, which is over (drop)"],

  // Which outcomes go with files, and which without.
  [{ outcome: ["interrupted"], files: ["none"] }, NEVER, "without files it is begun again (isKept)"],
  [{ outcome: ["interrupted"], role: ["resolve"] }, NEVER, "half a solved conflict is none (isKept)"],
  [{ outcome: ["lost"], files: ["handed over"] }, NEVER, "what is lost has handed nothing over (lose)"],
  [
    { outcome: ["refused", "lost", "no_change"], files: ["on the branch"] },
    NEVER,
    "such files are not written to the branch (isHandedOver)",
  ],
  [
    { outcome: [...CUT_SHORT], role: ["resolve"], files: ["on the branch"] },
    NEVER,
    "a conflict is solved whole or not at all (isHandedOver)",
  ],
  [{ outcome: ["completed", "red"], files: ["none"] }, NEVER, "without files it is no_change (settleWork)"],
  [
    { outcome: ["completed", "red"], files: ["handed over"] },
    "in_progress",
    "its files are being written to the branch",
  ],
  [
    { outcome: [...CUT_SHORT], role: ["implement", "fix"], files: ["handed over"] },
    "in_progress",
    "unfinished work is kept: the next attempt goes on from it",
  ],

  // It failed.
  [
    { outcome: ["refused", "lost", "no_change", ...CUT_SHORT] },
    "fix_required",
    "it brought nothing that counts",
  ],
  [{ outcome: ["red"] }, "fix_required", "its verify commands fail"],

  // Its work is on the branch: is it green?
  [{ verified: ["owed", "asked"] }, "in_progress", "no verify job has spoken yet"],
  [{ verified: ["red"] }, "fix_required", "the verify run of its own is red"],
  [{ verified: ["lost"] }, "fix_required", "and one that never spoke is no green"],

  // Does it fit to what has landed? No review and no approval overrules that.
  [{ conflict: ["yes"] }, "fix_required", "it conflicts with what has landed"],
  [{ rejected: ["yes"] }, "fix_required", "it is red together with what has landed"],

  // Is it good? A writer's approval overrules the reviews before it.
  [{ approval: ["yes"] }, "final_review", "a writer has approved this head"],
  [
    { approval: ["before a person asked"], person: ["silent", "approves"] },
    "final_review",
    "and nobody asked for changes since",
  ],
  [{ reviews: ["none"] }, "pending_review", "nobody has been asked to read this head"],
  [{ reviews: ["under way", "no verdict"] }, "under_review", "not every reviewer has answered"],
  [{ reviews: ["major"] }, "fix_required", "a reviewer found what must be mended"],
  [{ person: ["asks for changes"] }, "fix_required", "a person did"],
  [{ person: ["asked during the work"] }, "fix_required", "nobody who worked could hear that"],
  [{ person: ["asked at an earlier head"] }, "under_review", "that person must look again"],
  [{ needsPerson: ["yes"], person: ["silent"] }, "under_review", "a person must approve it (require_human)"],
  [{}, "final_review", "it may land"],
];

/** These stand before all work. */
export const END: readonly Row<Ends, PhaseKind | "as its work">[] = [
  [{ landed: ["yes"] }, "completed", "a train brought it to the integration branch"],
  [{ pull: ["merged"] }, "completed", "GitHub says so before the journal does"],
  [{ dropped: ["skipped"] }, "skipped", "a person left it out"],
  [{ dropped: ["cancelled"] }, "cancelled", "a person ended it"],
  [{ decision: ["open"] }, "blocked", "a person is asked"],
  [{}, "as its work", "nothing ends it"],
];

/** What a unit that has not begun makes of one that it depends on. */
export interface Other {
  phase: PhaseKind;
  role: Facts["role"];
}
export const DEPENDENT: readonly Row<Other, PhaseKind>[] = [
  [{ phase: ["fix_required", "blocked", "cancelled"] }, "blocked", "that is not in order"],
  [
    { phase: ["in_progress", "pending_review", "under_review"], role: ["fix", "resolve"] },
    "blocked",
    "until the repair has passed",
  ],
  [{}, "not_started", "it waits for its turn"],
];

const fits = <F extends object>(when: When<F>, facts: F): boolean =>
  Object.entries(when).every(([name, values]) => (values as unknown[]).includes(facts[name as keyof F]));

export const rowOf = <F extends object, Then>(
  rows: readonly Row<F, Then>[],
  facts: F,
): Row<F, Then> | undefined => rows.find(([when]) => fits(when, facts));
