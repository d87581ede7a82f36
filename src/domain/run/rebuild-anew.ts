/**
 * Units that began anew, or were reverted, since the journal's last revision in order: what was known of them is of a
 * branch that is left. Branches, workflow runs and the integration branch's own commits tell how often that was.
 */
import { attemptsOf, changeAttempt } from "./attempts.ts";
import { forgetUnit } from "./anew.ts";
import type { PullFact } from "./facts.ts";
import type { State } from "./journal.ts";
import { markOf } from "./marks.ts";
import { parseRunName, plainSlug, slugAfter, unitBranch } from "./names.ts";
import { revertSubject } from "./revert.ts";
import type { Rebuilt, Remains } from "./rebuild.ts";

export interface Begun {
  id: string;
  slug: string;
}

/** Takes it into the journal, and gives the slug by which the unit goes now. */
export function takeAnew({ state, found }: Rebuilt, unit: Begun, remains: Remains): string {
  const { id, slug } = unit;
  const known = timesOf(state, id);
  const reverted = revertsOf(unit, state, remains);
  for (const { number } of remains.outside)
    if (reverted.some(({ pull }) => pull === number)) state.revertedPulls.push(number);
  const times = Math.max(known, timesSeen(unit, state.run, remains), ...reverted.map(({ after }) => after));
  if (times > known) {
    for (const { key, slug: of, outcome } of attemptsOf(state))
      if (plainSlug(of) === slug && outcome === null) changeAttempt(state, key, { outcome: "cancelled" });
    forgetUnit(state, id);
    closeQuestions(state, id);
    const last = reverted.find(({ after }) => after === times);
    if (last) {
      delete state.claims[id];
      state.reverted[id] = { times: 1, on: last.on, because: "Why is known to no record any more." };
      state.began[id] = last.sha;
    }
    state.anew[id] = times - (last ? 1 : 0);
    found.push(
      `unit ${id}: ${last ? `landed by #${last.pull}, and reverted at ${last.sha.slice(0, 7)}` : "begun anew"}`,
    );
  }
  return slugAfter(slug, times);
}

/** Of what has been left, and whether it shall be reverted: that has been answered. */
function closeQuestions({ decisions }: State, id: string): void {
  for (const decision of Object.values(decisions)) {
    const { unit, options, at } = decision;
    if (unit === id || options.some(({ does, unit: of }) => does === "revert" && of === id))
      decision.answer ??= { option: 0, by: "roundtable", comment: 0, at };
  }
}

const timesOf = ({ reverted, anew }: State, id: string): number =>
  (reverted[id]?.times ?? 0) + (anew[id] ?? 0);

/** As often as branches of ours and workflow runs say. */
function timesSeen({ slug }: Begun, run: number, { branches, runs }: Remains): number {
  const seen = [
    ...Object.keys(branches).filter((name) => branches[name]!.length > 0),
    ...runs.flatMap(({ name }) => {
      const named = parseRunName(name);
      return named?.run === run ? [named.slug] : [];
    }),
  ];
  return Math.max(0, ...seen.map((name) => timesIn(name, slug)));
}

/** How often a unit had begun anew that went by this name; 0: never, or it is another unit. */
const timesIn = (name: string, slug: string): number =>
  plainSlug(name) === slug ? Number(/_(\d+)$/.exec(name)?.[1] ?? 1) - 1 : 0;

interface Reverted {
  pull: number;
  /** The commit that took it out, and the one before. */
  sha: string;
  on: string;
  /** How often the unit has begun anew by that. */
  after: number;
}

/** Newest first. */
function revertsOf({ id, slug }: Begun, state: State, remains: Remains): Reverted[] {
  const { run, revertedPulls } = state;
  const { integration, pulls, outside } = remains;
  const isOfUnit = (pull: PullFact): boolean => plainSlug(slugIn(pull, run) ?? "") === slug;
  const own = new Map(pulls.filter(isOfUnit).map((pull) => [pull.number, slugIn(pull, run)!]));
  const known = timesOf(state, id);
  return integration.flatMap(({ sha, message, parent }) => {
    const [, named] = /^Revert #\D*(\d+) /.exec(message) ?? [];
    const pull = Number(named);
    if (!named || parent === null || !reverts(message, { pull, id, run })) return [];
    const ours = own.get(pull);
    if (ours !== undefined) return [{ pull, after: timesIn(ours, slug) + 1, sha, on: parent }];
    // Others' pull requests name no slug.
    const isNews = outside.some(({ number }) => number === pull) && !revertedPulls.includes(pull);
    return isNews ? [{ pull, after: known + 1, sha, on: parent }] : [];
  });
}

/** Whether a commit of this message takes out what the pull request brought. */
const reverts = (message: string, of: { pull: number; id: string; run: number }): boolean =>
  message.split("\n")[0] === revertSubject(of);

/** The slug of the unit whose pull request of ours it is; where a person wrote over its text, by its branch. */
export function slugIn(pull: PullFact, run: number): string | undefined {
  const mark = markOf(pull);
  const { head } = pull;
  const prefix = unitBranch(run, "");
  if (mark === null) return head.startsWith(prefix) ? head.slice(prefix.length) : undefined;
  return mark.kind === "pr" && mark.values["run"] === String(run) ? mark.values["unit"] : undefined;
}
