/** What our account may do: permissions, rules of branches, the rate of requests; and whose name stands where. */
import { integrationBranch, trainBranch, unitBranch } from "../run/names.ts";
import { found, settings, type Check, type Finding } from "./check.ts";
import type { Facts, RuleFact } from "./facts.ts";
import { fits, triggersOf } from "./triggers.ts";

/** Any number: the patterns of rules and triggers hold for all runs alike. */
const RUN = 1;
const BRANCHES = [integrationBranch(RUN), trainBranch(RUN), unitBranch(RUN, "1")];

/** Kinds of rules that keep a run from making, moving or resetting its branches, or from merging into them. */
const HINDERING: ReadonlySet<string> = new Set([
  "creation",
  "update",
  "non_fast_forward",
  "required_linear_history",
  "pull_request",
  "required_status_checks",
  "required_deployments",
  "merge_queue",
  "branch_name_pattern",
]);

export const JOURNAL_ON_BRANCH = found("warning", {
  what: "A run's journal stands on a branch, roundtable/<run>/journal",
  why: "this server refuses refs below refs/roundtable/; each entry is a push, which starts whatever workflow begins by pushes to every branch",
  fix: "Let such refs be made (a hook of the server forbids them), or let those workflows leave out the branches roundtable/**.",
});

/** Of the App that passes write as, where they are given one: a secret and a variable. */
export const APP_KEY = "ROUNDTABLE_APP_KEY";
const APP_ID = "ROUNDTABLE_APP_ID";

/** Below this share of the limit a pass may have to wait. */
const LITTLE_LEFT = 0.1;

export const ACCESS_CHECKS: readonly Check[] = [
  {
    code: "permissions",
    sound: "The token reads contents, issues, pull requests and actions",
    needs: "a token",
    judge: ({ unreadable }) =>
      unreadable &&
      unreadable.map((permission) =>
        found("error", {
          what: `The token may not read ${permission}`,
          why: "every pass reads that, and a run writes it",
          fix: `Grant the permission ${permission}: write to the token or the App; an owner must accept an App's new permissions.`,
        }),
      ),
  },
  {
    code: "write-access",
    sound: "The account may write",
    needs: "the token of a person",
    judge: (facts) => {
      const { account } = facts;
      if (account === null || account.isBot) return null;
      if (account.mayWrite) return [];
      return [
        found("warning", {
          what: `${account.login} may not write here`,
          why: "commands count only by people with write access",
          fix: `Let an administrator give you the role Write: ${settings(facts, "access")}.`,
        }),
      ];
    },
  },
  {
    code: "ruleset",
    sound: "No ruleset stands in the way of a run's branches",
    needs: "a token that may see the repository's rules",
    judge: ({ rules }) => rules && rulesetFindings(rules),
  },
  {
    code: "branch-protection",
    sound: "No branch protection stands in the way of a run's branches",
    needs: "a token of an administrator",
    judge: (facts) =>
      facts.protections &&
      facts.protections
        .filter((pattern) => BRANCHES.some((branch) => fits(pattern.replaceAll("?", "[^/]"), branch)))
        .map((pattern) =>
          found("warning", {
            what: `The branch protection ${pattern.slice(0, 100)} holds for the branches of a run`,
            why: "a run resets, merges into and moves them, which a protection refuses",
            fix: `Narrow its pattern, or allow Roundtable's account to pass and to force pushes: ${settings(facts, "branches")}.`,
          }),
        ),
  },
  {
    code: "journal-branch",
    sound: "No run keeps its journal on a branch",
    needs: "a token that may read contents",
    judge: ({ isJournalOnBranch: is }) => (is === null ? null : is ? [JOURNAL_ON_BRANCH] : []),
  },
  {
    code: "identity",
    sound: "Pull requests and reviews come from two accounts",
    needs: "a token that may see the names of secrets",
    judge: (facts) => {
      const half = halfAnApp(facts);
      if (half.length > 0) return half;
      return facts.identity === null ? null : identityFindings(facts);
    },
  },
  {
    code: "own-workflows",
    sound: "No workflow of the repository runs agents' code with its secrets by itself",
    needs: "the workflow files, and whose account writes",
    judge: ({ workflows, identity }) =>
      workflows.all === null || identity === null
        ? null
        : identity === "job-token"
          ? []
          : ownWorkflowFindings(workflows.all),
  },
  {
    code: "checks-required",
    sound: "The repository's own checks can begin where they are required",
    needs: "the workflow files, the configuration, and whose account writes",
    judge: ({ workflows, identity, config }) => {
      if (config === null) return null;
      if (config.config.checks !== "required") return [];
      return workflows.all === null || identity === null
        ? null
        : checksFindings(workflows.all, identity === "job-token");
    },
  },
  {
    code: "projects",
    sound: "Project boards are within reach",
    needs: "a token",
    judge: ({ reachesProjects }) => {
      if (reachesProjects !== false) return reachesProjects && [];
      return [
        found("note", {
          what: "Project boards are out of reach of this token",
          why: "GitHub gives them to no workflow's own token, and to an App only with a permission of the organization",
          fix: "Nothing is needed where no board is wanted; else use an App with the organization's permission Projects: write.",
        }),
      ];
    },
  },
  {
    code: "rate",
    sound: "Requests are left",
    needs: "a token",
    judge: ({ rate }) => {
      if (rate === null) return null;
      const { limit, remaining, resetAt } = rate;
      if (remaining >= limit * LITTLE_LEFT) return [];
      return [
        found(remaining === 0 ? "error" : "warning", {
          what: `${remaining} of ${limit} requests an hour are left to this account`,
          why: "others use the same account, and a pass without requests waits",
          fix: `Wait until ${resetAt}, or give Roundtable an account of its own.`,
        }),
      ];
    },
  },
];

function rulesetFindings(rules: readonly RuleFact[]): Finding[] {
  const held = rules.filter(({ type, mayBypass }) => HINDERING.has(type) && mayBypass !== true);
  return [...Map.groupBy(held, ({ source, ruleset }) => `${ruleset} of ${source}`)].map(([ruleset, own]) => {
    const isKnown = own.every(({ mayBypass }) => mayBypass === false);
    const who = isKnown
      ? "our account may not bypass it"
      : "GitHub does not tell whether our account may bypass it";
    return found(isKnown ? "error" : "warning", {
      what: `The ruleset ${ruleset} holds for the branches of a run`,
      why: `its rules ${[...new Set(own.map(({ type }) => type))].join(", ")} stop a run, and ${who}`,
      fix: "Exclude refs/heads/roundtable/**/* from it.",
    });
  });
}

/** A pass that is given one of them alone does not begin. */
function halfAnApp({ secrets, variables }: Facts): Finding[] {
  if (secrets === null || variables === null) return [];
  const [hasKey, hasId] = [secrets.includes(APP_KEY), variables.includes(APP_ID)];
  if (hasKey === hasId) return [];
  const [there, missing] = hasKey
    ? [`the secret ${APP_KEY}`, `the variable ${APP_ID}`]
    : [`the variable ${APP_ID}`, `the secret ${APP_KEY}`];
  const set = hasKey ? `gh variable set ${APP_ID} --body <id>` : `gh secret set ${APP_KEY} < app.pem`;
  return [
    found("error", {
      what: "Of app-id and app-key only one is given",
      why: `${there} is there, and ${missing} is not: no pass begins so`,
      fix: `Set the other (\`${set}\`), or remove this one.`,
    }),
  ];
}

/** Design section 5: what is lost, by whose token writes. */
function identityFindings(facts: Facts): Finding[] {
  switch (facts.identity) {
    case "job-token":
      return [
        found("note", {
          what: "Pull requests and reviews come from github-actions[bot]",
          why: "without a token of its own Roundtable writes as the workflow: checks on its pull requests wait until a person approves them, reviews are comments, project boards are out of reach, and there are 1,000 requests an hour",
          fix: `Where that is too little, give passes an App (the variable ROUNDTABLE_APP_ID and the secret ROUNDTABLE_APP_KEY), or a machine account's token (the secret ROUNDTABLE_TOKEN): ${settings(facts, "secrets")}.`,
        }),
      ];
    case "one":
      return [
        found("note", {
          what: "Reviews are comments",
          why: "one account opens the pull requests and reviews them, and GitHub takes no verdict from an author",
          fix: "Nothing is needed: the verdict that counts is the run's own. Formal reviews take the Action with a token of a second account.",
        }),
      ];
    default:
      return [];
  }
}

function ownWorkflowFindings(all: readonly { path: string; text: string }[]): Finding[] {
  const began = all.filter(({ text }) => {
    const begins = triggersOf(text);
    return (
      BRANCHES.some((branch) => begins("push", branch)) ||
      (["pull_request", "pull_request_target"] as const).some((event) =>
        begins(event, integrationBranch(RUN)),
      )
    );
  });
  if (began.length === 0) return [];
  return [
    found("warning", {
      what: `The repository's own workflows begin by what a run pushes: ${began.map(({ path }) => path).join(", ")}`,
      why: "an App's or machine account's writes start them at once, and they run agents' code with whatever secrets and tokens they hold",
      fix: "See that they hold none, or let their triggers leave out the branches roundtable/**.",
    }),
  ];
}

function checksFindings(all: readonly { text: string }[], isJobToken: boolean): Finding[] {
  const what = "The configuration says checks: required";
  const findings: Finding[] = [];
  if (isJobToken)
    findings.push(
      found("error", {
        what,
        why: "this run pushes with GITHUB_TOKEN, and GitHub starts no workflow for that",
        fix: "Give the pass an App's token, or take checks out of the configuration.",
      }),
    );
  if (!all.some(({ text }) => triggersOf(text)("push", trainBranch(RUN))))
    findings.push(
      found("error", {
        what,
        why: "no workflow of the base branch begins by a push to the branch of a train",
        fix: "Add `push: { branches: ['roundtable/*/train'] }` to the workflow that tests the repository.",
      }),
    );
  return findings;
}
