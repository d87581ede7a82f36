/**
 * `roundtable repair`: a run's journal brought back in order, from its own past and from what GitHub shows; then passes
 * write all that people see anew. Nothing is written here but the journal, so that nobody but the run's own account
 * ever writes the board.
 */
import { unitSlug } from "../../domain/plan/slug.ts";
import { UserError } from "../../domain/problem.ts";
import { CLOCK_SLACK_MS } from "../../domain/run/attempt.ts";
import { branchPrefix, integrationBranch, PASS_WORKFLOW, unitBranch } from "../../domain/run/names.ts";
import {
  forgotten,
  rebuild,
  type BranchCommit,
  type Rebuilt,
  type Remains,
} from "../../domain/run/rebuild.ts";
import { findJournal, type FoundJournal, type Repairing } from "./find.ts";

export interface Diagnosis extends FoundJournal, Omit<Rebuilt, "state"> {
  run: number;
  /** Where the journal stands now; null: nowhere. */
  head: string | null;
  isEnded: boolean;
}

/** Reading only. Throws a UserError where there is nothing to bring back, or where a newer program must do it. */
export async function diagnose(repairing: Repairing, run: number): Promise<Diagnosis> {
  const at = await repairing.history.head(run);
  const head = at?.revision ?? null;
  const found = await findJournal(repairing, run, at);
  const about = { run, head, isEnded: at?.isEnded ?? false };
  if (found.damage === null) {
    const state = { ...found.state, ...forgotten(found.state) };
    return { ...found, ...about, state, found: [], missing: [], orphans: [] };
  }
  const rebuilt = rebuild(found, await remainsOf(repairing, found));
  return { ...found, ...about, ...rebuilt, missing: [...lostWords(found), ...rebuilt.missing] };
}

/** Null where the journal moved meanwhile, or else what wakes the next pass. */
export async function mend(
  { history, githubAs }: Repairing,
  { run, head, ground, damage, planFile, state, lost, orphans, isEnded }: Diagnosis,
  by: { login: string; now: Date },
): Promise<"pass" | "server"> {
  const github = githubAs(by.login);
  for (const id of orphans) await github.workflows.cancel(id);
  if (isEnded) await history.reopen(run, head!);
  const why =
    damage === null ? "what people see is written anew" : `its journal could not be read: ${damage}`;
  const put = await history.put(run, {
    onto: head,
    ground,
    planFile,
    state,
    message: `Repair run ${run}\n\nRoundtable-Repair: ${ground ?? "from the board"}, ${lost.length} left out`,
    events: [{ at: by.now.toISOString(), by: by.login, what: "repaired", unit: null, why }],
  });
  if (put === "lost")
    throw new UserError({
      what: `Run ${run} was not repaired`,
      why: "its journal moved on meanwhile",
      fix: "Give the command again.",
    });
  if (state.form === "app") return "server";
  const woken = await github.workflows.dispatch(PASS_WORKFLOW, { wake: String(run) });
  return woken === "missing" ? "server" : "pass";
}

/** What only a journal holds. */
function lostWords({ lost, ground, state }: FoundJournal): string[] {
  const since = ground === null ? "" : ` since ${ground.slice(0, 7)}`;
  const revisions = lost.length === 1 ? "1 revision" : `${lost.length} revisions`;
  return [
    ...(lost.length > 0 ? [`${revisions} of the journal that cannot be read`] : []),
    `findings of reviewers, answers to decisions and the reasons for them${since}: what is still open is asked again`,
    ...(ground === null && state.consent === null
      ? ["the consent: a confirm of the last 72 hours is read again, an older one must be given anew"]
      : []),
    ...(ground === null ? ["what was spent, but for what is charged by estimate"] : []),
  ];
}

async function remainsOf(
  { githubAs, history, hash }: Repairing,
  { state, planFile, me }: FoundJournal,
): Promise<Remains> {
  const { run } = state;
  const { board, code, workflows } = githubAs(me);
  const slugs = Object.fromEntries(planFile.plan.units.map((unit) => [unit.id, unitSlug(unit, hash)]));
  const since = new Date(Date.parse(state.ask.at) - CLOCK_SLACK_MS);
  const [{ pulls, outside, issues }, heads, runs] = await Promise.all([
    board.board(integrationBranch(run)),
    code.branches(branchPrefix(run)),
    workflows.runs(since),
  ]);
  const branches: Record<string, readonly BranchCommit[]> = {};
  const prefix = unitBranch(run, "");
  for (const [name, head] of Object.entries(heads))
    if (name.startsWith(prefix)) {
      const slug = name.slice(prefix.length);
      const begins = [`Begin unit ${slug} of run ${run}`, `Bring back unit ${slug} of run ${run}`];
      const isBegin = ({ message }: BranchCommit): boolean => begins.includes(message.trim());
      const line = await history.line(head, isBegin);
      // Empty where the branch was not begun by this run.
      branches[slug] = line.slice(0, line.findIndex(isBegin) + 1).toReversed();
    }
  const integrationHead = heads[integrationBranch(run)] ?? null;
  const begunAt = [state.base.sha, state.spec.sha];
  const integration =
    integrationHead === null ? [] : await history.line(integrationHead, ({ sha }) => begunAt.includes(sha));
  return { slugs, integrationHead, integration, pulls, outside, issues, runs, branches };
}
