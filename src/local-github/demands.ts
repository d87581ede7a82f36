/**
 * What protected branches and rulesets demand, and that nothing moves a branch past it.
 * https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository
 */
import { posix } from "node:path";

import type { RefChange } from "./git/store.ts";
import type { Actor } from "./issue-changes.ts";
import { Refusal } from "./route.ts";
import type { Protection, Repository, Rule, Ruleset } from "./state.ts";
import { accountOf, isAtLeast, roleOf } from "./world.ts";
import type { PullIssue, World } from "./world.ts";

export interface Demand {
  source: "protection" | "ruleset";
  /** As rulesets name them; `pull_request` and `required_status_checks` have parameters. */
  rule: Rule;
}

/** Those that hold for who acts: rulesets name who they do not hold for, protection may leave administrators out. */
export function demandsOn(world: World, { repository, caller }: Actor, branch: string): Demand[] {
  const own = accountOf(world, caller.login)?.id ?? 0;
  const place = { ref: `refs/heads/${branch}`, isDefault: branch === repository.defaultBranch };
  const ruled = (repository.rulesets ?? [])
    .filter((ruleset) => binds(ruleset, place) && !ruleset.bypass.includes(own))
    .flatMap(({ rules }) => rules.map((rule): Demand => ({ source: "ruleset", rule })));
  const protection = protectionOf(repository, branch);
  const isFree =
    protection === null ||
    (!protection.enforcesAdmins && caller.type === "User" && roleOf(repository, caller.login) === "admin");
  if (isFree) return ruled;
  return [...protection.rules.map((rule): Demand => ({ source: "protection", rule })), ...ruled];
}

/** The branch's own before one by a pattern. */
export function protectionOf({ protections = {} }: Repository, branch: string): Protection | null {
  const pattern = Object.keys(protections).find((one) => posix.matchesGlob(branch, one)) ?? "";
  return protections[branch] ?? protections[pattern] ?? null;
}

export function binds(
  { enforcement, include, exclude }: Ruleset,
  { ref, isDefault }: { ref: string; isDefault: boolean },
): boolean {
  const fits = (pattern: string): boolean =>
    pattern === "~ALL" || (pattern === "~DEFAULT_BRANCH" ? isDefault : posix.matchesGlob(ref, pattern));
  return enforcement === "active" && include.some(fits) && !exclude.some(fits);
}

/** Refuses a change of a branch; the contents API does so with 409. */
export async function checkRefChange(
  world: World,
  actor: Actor,
  { status = 422, ...change }: RefChange & { status?: number },
): Promise<void> {
  const { refusedRefs } = actor.repository;
  if (refusedRefs && change.name.startsWith(refusedRefs))
    throw new Refusal(status, "pre-receive hook declined");
  const branch = /^refs\/heads\/(.+)$/u.exec(change.name)?.[1];
  if (branch === undefined) return;
  for (const demand of demandsOn(world, actor, branch)) {
    // oxlint-disable-next-line no-await-in-loop -- the first one that is not met is told
    const reason = await breachOf(world, actor.repository, { demand, change });
    if (reason !== null) throw new Refusal(status, headOf(demand, change.name) + reason);
  }
}

function headOf({ source }: Demand, name: string): string {
  return source === "ruleset"
    ? "Repository rule violations found\n\n"
    : `Protected branch update failed for ${name}.\n\n`;
}

async function breachOf(
  world: World,
  repository: Repository,
  { demand: { rule }, change }: { demand: Demand; change: RefChange },
): Promise<string | null> {
  const { before, after } = change;
  if (before === null) {
    return rule.type === "creation" ? "Cannot create ref due to creations being restricted." : null;
  }
  if (after === null) return rule.type === "deletion" ? "Cannot delete this branch" : null;
  if (rule.type === "update") return "Cannot update this protected ref.";
  if (rule.type === "pull_request") return "Changes must be made through a pull request.";
  if (rule.type === "required_status_checks") return uncheckedAt(repository, rule, after);
  if (rule.type !== "non_fast_forward") return null;
  const isForward = await world.git(repository).isAncestor(before, after);
  return isForward ? null : "Cannot force-push to this branch";
}

/** Why a pull request may not be merged by who asks; null when it may. */
export function mergeBreach(world: World, actor: Actor, issue: PullIssue): string | null {
  for (const { source, rule } of demandsOn(world, actor, issue.pull.base)) {
    const reason = unmet(actor.repository, rule, issue);
    if (reason !== null)
      return source === "ruleset" ? `Repository rule violations found\n\n${reason}` : reason;
  }
  return null;
}

function unmet(repository: Repository, rule: Rule, issue: PullIssue): string | null {
  if (rule.type === "update") return "Cannot update this protected ref.";
  if (rule.type === "required_status_checks") return uncheckedAt(repository, rule, issue.pull.headSha);
  if (rule.type !== "pull_request") return null;
  const wanted = rule.parameters?.required_approving_review_count ?? 0;
  const isStale = rule.parameters?.dismiss_stale_reviews_on_push === true;
  const verdicts = verdictsOn(repository, issue, isStale);
  const count = verdicts.filter((state) => state === "APPROVED").length;
  if (count >= wanted && !verdicts.includes("CHANGES_REQUESTED")) return null;
  const reviews = wanted > 1 ? `${wanted} approving reviews are` : "1 approving review is";
  return `At least ${reviews} required by reviewers with write access.`;
}

/** The newest verdict of each reviewer who may write; comments do not change it. */
function verdictsOn(repository: Repository, { number, pull }: PullIssue, isStale: boolean): string[] {
  const newest = new Map<string, string>();
  for (const { user, state, commitId, pull: on } of repository.reviews) {
    if (on !== number || state === "COMMENTED" || state === "PENDING") continue;
    if (!isAtLeast(roleOf(repository, user), "write")) continue;
    const isGone = isStale && state === "APPROVED" && commitId !== pull.headSha;
    newest.set(user, isGone ? "DISMISSED" : state);
  }
  return [...newest.values()];
}

function uncheckedAt(repository: Repository, rule: Rule, sha: string): string | null {
  for (const { context } of rule.parameters?.required_status_checks ?? []) {
    const state = stateOf(repository, context, sha);
    if (state === "expected") return `Required status check "${context}" is expected.`;
    if (state === "failing") return `Required status check "${context}" is failing.`;
  }
  return null;
}

/** Skipped and neutral count as passing. */
function stateOf(repository: Repository, context: string, sha: string): "expected" | "failing" | "passing" {
  const check = repository.checks?.findLast((one) => one.sha === sha && one.name === context);
  const status = repository.statuses?.findLast((one) => one.sha === sha && one.context === context);
  const end = check?.conclusion ?? status?.state ?? null;
  if (end === null || end === "pending") return "expected";
  return ["success", "neutral", "skipped"].includes(end) ? "passing" : "failing";
}
