/** What GitHub's refusals to read and move refs mean. */
import type { RequestError } from "@octokit/request-error";
import { UserError } from "../../domain/problem.ts";
import type { Client } from "./client.ts";
import { isStatus, says, textOf } from "./refusals.ts";

/** Refs that begin so, `heads/x` also `heads/xy`; Octokit makes none of the 409 of a repository without commits. */
export const matchingRefs = (
  { octokit, owner, repo }: Client,
  ref: string,
): Promise<{ ref: string; object: { sha: string } }[]> =>
  octokit.paginate(octokit.rest.git.listMatchingRefs, { owner, repo, ref, per_page: 100 });

/** Nothing happens where there is no such ref. */
export async function removeRef({ octokit, owner, repo }: Client, ref: string): Promise<void> {
  try {
    await octokit.rest.git.deleteRef({ owner, repo, ref });
  } catch (error) {
    const reason = byRule(error, `GitHub refused to remove ${ref}`);
    if (!isStatus(reason, 404, 422)) throw reason;
  }
}

/** Rulesets, protected branches, and secrets in files, of which GitHub takes none. */
const RULE = /rule violations|protected branch|through a pull request|secret/i;

/** A refusal that a rule of the repository explains becomes one that a person can mend; others stay as they are. */
export function byRule(error: unknown, what: string): unknown {
  if (!isStatus(error, 409, 422) || !says(error, RULE)) return error;
  return refusal(error, what);
}

/** "moved" for a ref that is gone or stands elsewhere than its writer knew; throws any other refusal. */
export function movedUnless(error: unknown, ref: string): "moved" {
  const reason = byRule(error, `GitHub refused to move ${ref}`);
  const isMoved =
    isStatus(reason, 404, 409) ||
    (isStatus(reason, 422) && says(reason, /fast.?forward|reference does not exist/i));
  if (!isMoved) throw reason;
  return "moved";
}

/** A branch that cannot be made though none of its name is there: another one or a rule is in the way. */
export const inTheWay = (error: RequestError, branch: string): UserError =>
  refusal(error, `The branch ${branch} cannot be made`);

const refusal = (error: RequestError, what: string): UserError =>
  new UserError({ what, why: textOf(error), fix: mendOf(error) });

/** Of a classic protection no more is known than this refusal: it cannot be read without administration rights. */
function mendOf(error: RequestError): string {
  if (says(error, /secret/i))
    return "Take the secret out, or allow it where GitHub offers that; then answer that it is put right.";
  return says(error, RULE)
    ? "Exclude roundtable/** from that ruleset or branch protection (Settings, Rules or Branches), or let Roundtable's account bypass it; then answer that it is put right."
    : "Remove what is in the way, or let Roundtable's account pass; then answer that it is put right.";
}
