/** The repository itself, and what its settings let Actions do. */
import { ACTION_NAME } from "./shipped.ts";
import { found, settings, type Check } from "./check.ts";

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
      const refused = refusedActions(actions);
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

/** https://docs.github.com/en/rest/actions/permissions */
function refusedActions({
  allowed,
  isGithubAllowed,
  patterns,
}: {
  allowed: string;
  isGithubAllowed: boolean;
  patterns: readonly string[];
}): string[] {
  if (allowed === "all") return [];
  const isNamed = (action: string): boolean =>
    patterns.some((pattern) => {
      const [name = ""] = pattern.split("@");
      return name === action || (name.endsWith("*") && action.startsWith(name.slice(0, -1)));
    });
  const isSelected = allowed === "selected";
  return [
    ...(isSelected && isNamed(ACTION_NAME) ? [] : [ACTION_NAME]),
    ...(isSelected && (isGithubAllowed || isNamed("actions/checkout")) ? [] : ["actions of GitHub"]),
  ];
}
