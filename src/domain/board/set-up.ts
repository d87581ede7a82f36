/** What a repository's set-up lacks for a run of a plan: a sentence each, with what to do. Design 2.2. */
import { isMap, parseDocument } from "yaml";
import { ABILITIES } from "../agent/backend.ts";
import { Turns, UNTESTED } from "../config-file.ts";
import { verifyCommands, type Config } from "../config.ts";
import type { Plan } from "../plan/plan.ts";
import { formatProblem, type Problem } from "../problem.ts";
import { AGENT_WORKFLOW } from "../run/names.ts";
import { isolationLacks } from "./isolation.ts";

export interface SetUp {
  defaultBranch: string;
  /** The agent workflow's text on the default branch; null: it is not there. */
  agentWorkflow: string | null;
  /** Whether the base has a configuration. */
  hasConfig: boolean;
  /** Of the branches that the run will use. */
  rules: readonly RuleFact[];
}

export interface RuleFact {
  type: string;
  /** The repository or organization of its ruleset. */
  source: string;
  ruleset: number;
  /** Whether our account may bypass it; null where GitHub does not tell. */
  mayBypass: boolean | null;
}

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

/** What each dispatch of the agent workflow gives. */
const INPUTS = ["run", "unit", "role", "attempt", "reviewer", "nonce", "sha"];

const CONFIG = ".github/roundtable.yml";
const WORKFLOW_PATH = `.github/workflows/${AGENT_WORKFLOW}`;
const COPY = "Copy the files of Roundtable's workflows folder there and commit them.";

export function lacksOf(setUp: SetUp, { plan, config }: { plan: Plan; config: Config }): string[] {
  return [
    ...workflowLacks(setUp),
    ...isolationLacks(setUp.agentWorkflow, config),
    ...configLacks(setUp, config),
    ...agentLacks(plan, config),
    ...rulesetLacks(setUp.rules),
  ].map(formatProblem);
}

function workflowLacks({ agentWorkflow, defaultBranch }: SetUp): Problem[] {
  if (agentWorkflow === null)
    return [
      {
        what: `The workflow ${WORKFLOW_PATH} is not on the default branch ${defaultBranch}`,
        why: "agents work in its jobs",
        fix: COPY,
      },
    ];
  const why = inputsFault(agentWorkflow);
  if (why === null) return [];
  return [
    { what: `The workflow ${WORKFLOW_PATH} on ${defaultBranch} cannot be started by a run`, why, fix: COPY },
  ];
}

/** GitHub refuses a dispatch that gives an input too many or one too few. */
function inputsFault(text: string): string | null {
  const document = parseDocument(text);
  const dispatch = document.errors.length === 0 && document.getIn(["on", "workflow_dispatch"], true);
  if (!isMap(dispatch)) return "it has no workflow_dispatch with inputs";
  const inputs = dispatch.get("inputs", true);
  const names = isMap(inputs) ? inputs.items.map(({ key }) => String(key)) : [];
  const missing = INPUTS.filter((name) => !names.includes(name));
  if (missing.length > 0) return `it does not take the input ${missing.join(", ")}`;
  const strange = names.filter(
    (name) =>
      !INPUTS.includes(name) &&
      dispatch.getIn(["inputs", name, "required"]) === true &&
      !dispatch.hasIn(["inputs", name, "default"]),
  );
  return strange.length > 0 ? `it requires the input ${strange.join(", ")}, which no run gives` : null;
}

function configLacks({ hasConfig }: SetUp, config: Config): Problem[] {
  if (!hasConfig)
    return [
      {
        what: `There is no ${CONFIG} on the base branch`,
        why: "nothing is verified, and no agent of yours is known",
        fix: "Write it; docs/configuration.md of Roundtable begins with an example.",
      },
    ];
  if (verifyCommands(config, "all").length > 0) return [];
  return [
    {
      what: `${CONFIG} names no verify commands`,
      why: "nothing checks that the work holds",
      fix: "Name under verify the commands that test this repository.",
    },
  ];
}

function agentLacks({ units }: Plan, { agents }: Config): Problem[] {
  const used = units
    .filter(({ type, person }) => type !== "checkpoint" && person === null)
    .flatMap(({ agent, reviewers }) => [agent, ...reviewers.map((reviewer) => reviewer.agent)]);
  const known = [...new Set(used)].flatMap((name) => (agents[name] ? [{ name, ...agents[name] }] : []));
  return [...known.flatMap(agentProblems), ...keyProblems(known)];
}

const USUAL_TURNS = Turns.parse({});

type KnownAgent = Config["agents"][string] & { name: string };

function agentProblems({ name, backend, model, turns }: KnownAgent): Problem[] {
  const problems: Problem[] = [];
  if (UNTESTED.includes(backend))
    problems.push({
      what: `The agent ${name} is untested`,
      why: `the backend ${backend} was written from its documentation and never run by us`,
      fix: "Try it on a small spec first; docs/agents.md of Roundtable says what it needs.",
    });
  if (ABILITIES[backend].needsModel && !model)
    problems.push({
      what: `The agent ${name} has no model`,
      why: `the backend ${backend} asks the model that it is told to`,
      fix: `Set model for it in ${CONFIG}.`,
    });
  if (!ABILITIES[backend].hasTurnCap && JSON.stringify(turns) !== JSON.stringify(USUAL_TURNS))
    problems.push({
      what: `The turns of the agent ${name} are not counted`,
      why: `the backend ${backend} neither counts its turns nor tells when one begins`,
      fix: `Take turns from it in ${CONFIG}; it ends at the deadline of its job.`,
    });
  return problems;
}

/** A run cannot see secrets: whether a key is there shows only in a job. */
function keyProblems(agents: readonly KnownAgent[]): Problem[] {
  const keyed = agents.flatMap(({ name, backend }) => {
    const key = ABILITIES[backend].provider?.key;
    return key === undefined ? [] : [{ name, key }];
  });
  return [...Map.groupBy(keyed, ({ key }) => key)].map(([key, of]) => ({
    what: `Whether the secret ${key} is there cannot be known`,
    why: `no run can see secrets, and ${of.map(({ name }) => name).join(", ")} cannot work without it`,
    fix: "See that it is among the repository's secrets for Actions.",
  }));
}

/** Rulesets that would stop the run: there is none before they are changed. */
export const hindrancesOf = (rules: readonly RuleFact[]): string[] =>
  rulesetProblems(
    rules.filter(({ mayBypass }) => mayBypass === false),
    "our account may not bypass it",
  ).map(formatProblem);

const rulesetLacks = (rules: readonly RuleFact[]): Problem[] =>
  rulesetProblems(
    rules.filter(({ mayBypass }) => mayBypass === null),
    "GitHub does not tell whether our account may bypass it",
  );

function rulesetProblems(rules: readonly RuleFact[], who: string): Problem[] {
  const hindering = rules.filter(({ type }) => HINDERING.has(type));
  return [...Map.groupBy(hindering, ({ source, ruleset }) => `${ruleset} of ${source}`)].map(
    ([ruleset, own]) => ({
      what: `The ruleset ${ruleset} holds for the branches of a run`,
      why: `its rules ${[...new Set(own.map(({ type }) => type))].join(", ")} stop a run, and ${who}`,
      fix: "Exclude refs/heads/roundtable/**/* from it.",
    }),
  );
}
