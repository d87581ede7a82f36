/** Rules of rulesets (private repositories of free accounts have none, and not every account may see them), and whether our account may bypass them. https://docs.github.com/en/rest/repos/rules */
import type { RuleFact } from "../../domain/doctor/facts.ts";
import type { Client } from "./client.ts";
import { told } from "./told.ts";

export async function rulesOf({ octokit, owner, repo }: Client, branch: string): Promise<RuleFact[]> {
  const at = { owner, repo };
  const rules = await told(
    octokit.paginate(octokit.rest.repos.getBranchRules, { ...at, branch, per_page: 100 }),
  );
  const ids = [...new Set((rules ?? []).map(({ ruleset_id: id = 0 }) => id))];
  const bypasses = ids.map(async (id) => {
    const answer = await told(octokit.rest.repos.getRepoRuleset({ ...at, ruleset_id: id }));
    return [id, mayBypass(answer?.data.current_user_can_bypass)] as const;
  });
  const known = new Map(await Promise.all(bypasses));
  return (rules ?? []).map(({ type, ruleset_source: source = "", ruleset_id: ruleset = 0 }) => ({
    type,
    source,
    ruleset,
    mayBypass: known.get(ruleset) ?? null,
  }));
}

/** What it allows in pull requests alone is no help: a run moves branches. */
function mayBypass(bypass: string | undefined): boolean | null {
  return bypass === undefined ? null : bypass === "always" || bypass === "exempt";
}
