/**
 * Sub-issues and dependencies. A link that GitHub refuses is a flaw of the picture, not of the run: the bodies say the
 * same. https://docs.github.com/en/rest/issues/issue-dependencies
 */
import type { BoardWriter } from "../../application/ports.ts";
import type { BoardMemory } from "./board-memory.ts";
import type { Client } from "./client.ts";
import type { Edits } from "./edits.ts";
import { isStatus } from "./refusals.ts";

export function createIssueLinks(
  { octokit, owner, repo }: Client,
  { memory, edits }: { memory: BoardMemory; edits: Edits },
): Pick<BoardWriter, "ensureLinks"> {
  const at = { owner, repo };

  const idOf = async (number: number): Promise<number> =>
    (await octokit.rest.issues.get({ ...at, issue_number: number })).data.id;

  return {
    async ensureLinks({ number, parent, blockedBy, drops }) {
      const isPart = parent !== null && (await join(number, parent));
      const isNone = blockedBy.length + drops.length === 0 || memory.linksOf(number)?.blockedBy === 0;
      const there = isNone ? [] : await blockers(number);
      const taken: boolean[] = [];
      for (const { id } of there?.filter((one) => drops.includes(one.number)) ?? [])
        taken.push(
          await isTaken(() =>
            octokit.rest.issues.removeDependencyBlockedBy({ ...at, issue_number: number, issue_id: id }),
          ),
        );
      const added: boolean[] = [];
      for (const blocker of there === null ? [] : blockedBy) {
        if (there?.some((one) => one.number === blocker.number)) continue;
        added.push(
          await isTaken(async () =>
            octokit.rest.issues.addBlockedByDependency({
              ...at,
              issue_number: number,
              issue_id: blocker.id ?? (await idOf(blocker.number)),
            }),
          ),
        );
      }
      const links = memory.linksOf(number);
      if (links && isPart) links.parent = parent;
      if (links) links.blockedBy += added.filter(Boolean).length - taken.filter(Boolean).length;
      return { did: isPart || [...added, ...taken].includes(true) ? "updated" : "unchanged" };
    },
  };

  async function join(number: number, parent: number): Promise<boolean> {
    const [issueId, subIssueId] = [memory.issue(parent)?.id, memory.issue(number)?.id];
    const isKnown = issueId !== undefined && subIssueId !== undefined;
    if (isKnown && (await edits.all([{ mutation: "addSubIssue", input: { issueId, subIssueId } }])))
      return true;
    return isTaken(async () => {
      const sub_issue_id = await idOf(number);
      return octokit.rest.issues.addSubIssue({ ...at, issue_number: parent, sub_issue_id });
    });
  }

  /** Null where this GitHub has no dependencies. */
  async function blockers(number: number): Promise<{ number: number; id: number }[] | null> {
    try {
      const { data } = await octokit.rest.issues.listDependenciesBlockedBy({
        ...at,
        issue_number: number,
        per_page: 100,
      });
      return data;
    } catch (error) {
      if (isStatus(error, 404, 410)) return null;
      throw error;
    }
  }
}

async function isTaken(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (isStatus(error, 404, 410, 422)) return false;
    throw error;
  }
}
