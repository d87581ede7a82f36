/** The repository itself, and what its settings let Actions do. */
import { ACTION_NAME } from "./shipped.ts";
import { found, settings, type Check } from "./check.ts";
import type { ActionsFact, Facts } from "./facts.ts";

const SEES_REPOSITORY = "a token that may see the repository";
const IS_ADMIN = "a token of an administrator, or with the permission administration: read";

export const REPOSITORY_CHECKS: readonly Check[] = [
  {
    code: "archived",
    sound: "The repository is not archived",
    needs: SEES_REPOSITORY,
    judge: (facts) =>
      facts.repository &&
      (facts.repository.isArchived
        ? [
            found("error", {
              what: "The repository is archived",
              why: "GitHub takes no issue, branch or comment in it",
              fix: `Unarchive it: ${settings(facts, "general")}.`,
            }),
          ]
        : []),
  },
  {
    code: "no-commits",
    sound: "The default branch has commits",
    needs: SEES_REPOSITORY,
    judge: ({ repository }) =>
      repository &&
      (repository.hasCommits
        ? []
        : [
            found("error", {
              what: `The default branch ${repository.defaultBranch} has no commit`,
              why: "a spec is read at a commit, and GitHub makes no ref in an empty repository",
              fix: "Commit and push something to it.",
            }),
          ]),
  },
  {
    code: "issues-off",
    sound: "Issues are switched on",
    needs: SEES_REPOSITORY,
    judge: (facts) =>
      facts.repository &&
      (facts.repository.hasIssues
        ? []
        : [
            found("error", {
              what: "Issues are switched off",
              why: "a run is asked for, shown and steered on issues",
              fix: `Switch on Issues under Features: ${settings(facts, "general")}.`,
            }),
          ]),
  },
  {
    code: "actions-off",
    sound: "Actions are switched on",
    needs: IS_ADMIN,
    judge: (facts) =>
      facts.actions &&
      (facts.actions.isEnabled
        ? []
        : [
            found("error", {
              what: "Actions are switched off in this repository",
              why: "agents work and commits are verified in Actions jobs",
              fix: `Allow actions: ${settings(facts, "actions")}.`,
            }),
          ]),
  },
  {
    code: "actions-refused",
    sound: "The actions that the workflows use are allowed",
    needs: IS_ADMIN,
    judge: (facts) => {
      const { actions } = facts;
      if (actions === null) return null;
      const refused = refusedActions(facts, actions);
      if (!actions.isEnabled || refused.length === 0) return [];
      return [
        found("error", {
          what: `The repository's settings refuse ${refused.join(" and ")}`,
          why: "the workflows use them, and GitHub would not begin their runs",
          fix: `Allow them under Actions permissions: ${settings(facts, "actions")}.`,
        }),
      ];
    },
  },
  {
    code: "pulls-by-actions",
    sound: "Actions may open pull requests",
    needs: IS_ADMIN,
    judge: (facts) => {
      const { mayActionsOpenPulls: may, identity } = facts;
      if (may === null || identity === null) return null;
      if (may || identity !== "job-token") return [];
      return [
        found("error", {
          what: "Actions may not open pull requests here",
          why: "passes write with the workflow's own token, and this setting forbids it",
          fix: `Switch on "Allow GitHub Actions to create and approve pull requests": ${settings(facts, "actions")}.`,
        }),
      ];
    },
  },
];

/** What the two workflows use, where they are known; else what is shipped. */
function usedActions({ agent, pass }: Facts["workflows"]): string[] {
  const texts = [agent?.text, pass?.text].flatMap((text) => text ?? []);
  const used = texts.flatMap((text) =>
    [...text.matchAll(/^\s*(?:- )?uses: *["']?([\w.-]+\/[\w.-]+)[^\s"']*@/gm)].map((match) => match[1]!),
  );
  return used.length > 0 ? [...new Set(used)] : [ACTION_NAME, "actions/checkout"];
}

/** https://docs.github.com/en/rest/actions/permissions */
function refusedActions({ page, workflows }: Facts, { allowed, ...selected }: ActionsFact): string[] {
  if (allowed === "all") return [];
  const owner = page?.split("/").at(-2)?.toLowerCase();
  const refused = usedActions(workflows).filter((action) => {
    // Those of the repository's owner are never refused.
    if (action.split("/")[0]!.toLowerCase() === owner) return false;
    return allowed === "local_only" || !isSelected(action, selected);
  });
  const [own, others] = [refused.filter(isOfGithub), refused.filter((action) => !isOfGithub(action))];
  return [...others, ...(own.length > 0 ? ["actions of GitHub"] : [])];
}

const isOfGithub = (action: string): boolean => /^(?:actions|github)\//i.test(action);

function isSelected(
  action: string,
  { isGithubAllowed, patterns }: Pick<ActionsFact, "isGithubAllowed" | "patterns">,
): boolean {
  const isNamed = (pattern: string): boolean => {
    const name = pattern.split("@")[0]!.toLowerCase();
    const wanted = action.toLowerCase();
    return name === wanted || (name.endsWith("*") && wanted.startsWith(name.slice(0, -1)));
  };
  const [taken, left] = [
    patterns.filter((one) => !one.startsWith("!")),
    patterns.filter((one) => one.startsWith("!")),
  ];
  if (left.some((pattern) => isNamed(pattern.slice(1)))) return false;
  return taken.some(isNamed) || (isGithubAllowed && isOfGithub(action));
}
