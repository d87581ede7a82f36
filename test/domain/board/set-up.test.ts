/** What the plan says a repository lacks, and that it says nothing of what is there. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hindrancesOf, lacksOf } from "../../../src/domain/board/set-up.ts";
import { NOTHING_KNOWN, type Facts } from "../../../src/domain/doctor/facts.ts";
import { aView } from "../../support/view.ts";

const SHIPPED = readFileSync("workflows/roundtable-agent.yml", "utf8");
const VERIFIED = "version: 1\nverify: [npm test]\n";

interface SetUp {
  agentWorkflow: string | null;
  hasConfig: boolean;
  rules: Facts["rules"];
}

function facts(change: Partial<SetUp> = {}, config = VERIFIED): Facts {
  const { agentWorkflow = SHIPPED, hasConfig = true, rules = [] } = change;
  const { plan, config: read } = aView({ config }).snapshot.planFile;
  return {
    ...NOTHING_KNOWN,
    workflows: {
      where: "on the default branch trunk",
      agent: { text: agentWorkflow, shipped: null, isDisabled: false },
      pass: null,
      all: null,
    },
    config: { isThere: hasConfig, config: read, faults: [] },
    agents: plan.units.flatMap(({ agent, reviewers }) => [agent, ...reviewers.map((one) => one.agent)]),
    rules,
  };
}

const lacks = (change: Partial<SetUp> = {}, config = VERIFIED): string[] => lacksOf(facts(change, config));

it("nothing where the shipped workflow, a configuration and its commands are there", () => {
  expect(lacks()).toEqual([]);
});

describe("the agent workflow", () => {
  it.each(["run", "unit", "role", "attempt", "reviewer", "nonce", "sha"])("without the input %s", (name) => {
    const agentWorkflow = SHIPPED.replace(`      ${name}:\n`, `      other:\n`);
    expect(agentWorkflow).not.toBe(SHIPPED);
    expect(lacks({ agentWorkflow })).toEqual([expect.stringContaining(`the input ${name}`)]);
  });

  const more = (lines: string): string => SHIPPED.replace("    inputs:\n", `    inputs:\n${lines}`);

  it.each([
    { name: "missing", agentWorkflow: null, says: "is not on the default branch trunk" },
    { name: "no YAML", agentWorkflow: "on: [", says: "no workflow_dispatch with inputs" },
    { name: "another event", agentWorkflow: "on: push\n", says: "no workflow_dispatch with inputs" },
    {
      name: "an input that nobody gives",
      agentWorkflow: more("      extra: { required: true }\n"),
      says: "requires the input extra",
    },
  ])("$name", ({ agentWorkflow, says }) => {
    expect(lacks({ agentWorkflow })).toEqual([expect.stringContaining(says)]);
  });

  it("may have inputs of its own that need not be given", () => {
    expect(lacks({ agentWorkflow: more("      a: { required: true, default: b }\n      c: {}\n") })).toEqual(
      [],
    );
  });
});

describe("a user of their own for agents and commands", () => {
  const on = (runner: string): string => SHIPPED.replaceAll("runs-on: ubuntu-latest", runner);
  const NOT_KNOWN = expect.stringContaining("has a user of their own for agents and commands is not known");

  it.each(["runs-on: ubuntu-24.04", "runs-on: ubuntu-24.04-arm"])(
    "is there on GitHub's Linux: %s",
    (runner) => {
      expect(lacks({ agentWorkflow: on(runner) })).toEqual([]);
    },
  );

  it.each([
    "runs-on: self-hosted",
    "runs-on: [self-hosted, linux]",
    "runs-on: macos-latest",
    "runs-on: windows-latest",
    "runs-on: ${{ vars.RUNNER }}",
    "runs-on: ubuntu-latest\n    container: node:24",
  ])("is not known elsewhere: %s", (runner) => {
    expect(lacks({ agentWorkflow: on(runner) })).toEqual([NOT_KNOWN, NOT_KNOWN]);
  });

  it("says what becomes of a list of hosts", () => {
    const hosts = `${VERIFIED}network: {allow: [a.example]}\n`;
    expect(lacks({ agentWorkflow: on("runs-on: self-hosted") }, hosts)[0]).toMatch(
      /else nothing begins, because `network\.allow` takes one\.$/,
    );
    expect(lacks({}, hosts)).toEqual([]);
  });

  it("says what becomes of an agent that holds a key", () => {
    const agentWorkflow = on("runs-on: self-hosted");
    expect(lacks({ agentWorkflow })[0]).toMatch(/runs on self-hosted, .* holds a key does not begin\.$/);
    expect(lacks({ agentWorkflow }, `${VERIFIED}isolation: none\n`)[0]).toMatch(/holds a key may read it\.$/);
  });
});

describe("the configuration", () => {
  it.each([
    { name: "none", hasConfig: false, config: "version: 1\n", says: "There is no .github/roundtable.yml" },
    { name: "no commands", hasConfig: true, config: "version: 1\n", says: "names no verify commands" },
    {
      name: "an agent that nobody has tried, once",
      hasConfig: true,
      config: `${VERIFIED}agents: {coder: {backend: kiro}, idle: {backend: codex}}\nreviewers: {agent: coder}\n`,
      says: "The agent coder is untested: the backend kiro was written from its documentation",
    },
    {
      name: "a key that nobody can see",
      hasConfig: true,
      config: `${VERIFIED}agents: {coder: {backend: claude}}\nreviewers: {agent: coder}\n`,
      says: "Whether the secret ANTHROPIC_API_KEY is there cannot be known",
    },
  ])("$name", ({ hasConfig, config, says }) => {
    expect(lacks({ hasConfig }, config).filter((one) => !one.includes("KIRO_API_KEY"))).toEqual([
      expect.stringContaining(says),
    ]);
  });
});

it("an agent that must be told its model, and is not", () => {
  const agent = (model: string): string =>
    `${VERIFIED}agents: {coder: {backend: opencode${model}}}\nreviewers: {agent: coder}\n`;
  const missing = expect.stringContaining("The agent coder has no model");
  expect(lacks({}, agent(""))).toContainEqual(missing);
  expect(lacks({}, agent(", model: m"))).not.toContainEqual(missing);
});

it("an agent whose turns are set, and counted by nobody", () => {
  const agent = (line: string): string =>
    `${VERIFIED}agents: {coder: {${line}}}\nreviewers: {agent: coder}\n`;
  const uncounted = expect.stringMatching(
    /^The turns of the agent coder are not counted: the backend codex /,
  );
  expect(lacks({}, agent("backend: codex, turns: {implement: 5}"))).toContainEqual(uncounted);
  expect(lacks({}, agent("backend: codex"))).not.toContainEqual(uncounted);
  expect(lacks({}, agent("backend: claude, turns: {implement: 5}"))).toHaveLength(1);
});

const rule = (type: string, ruleset: number, mayBypass: boolean | null = null) => ({
  type,
  ruleset,
  source: "octo/x",
  mayBypass,
});

it("a ruleset that our account may not bypass stops a run before it begins", () => {
  const rules = [
    rule("update", 7, true),
    rule("update", 8, false),
    rule("update", 9),
    rule("deletion", 10, false),
  ];
  expect(hindrancesOf(facts({ rules }))).toEqual([
    expect.stringMatching(
      /^The ruleset 8 .*update stop a run, and our account may not bypass it.*Exclude refs/,
    ),
  ]);
  expect(lacks({ rules: rules.filter(({ mayBypass }) => mayBypass !== null) })).toEqual([]);
});

it("rulesets that hinder a run, each once with its rules; a required signature does not", () => {
  const rules = [rule("creation", 7), rule("update", 7), rule("creation", 7), rule("required_signatures", 8)];
  expect(lacks({ rules })).toEqual([
    expect.stringMatching(
      /^The ruleset 7 of octo\/x .*rules creation, update stop.*Exclude refs\/heads\/roundtable\/\*\*\/\* from it\.$/,
    ),
  ]);
});

describe("whose account writes", () => {
  const lacksWith = (change: Partial<Facts>): string[] => lacksOf({ ...facts(), ...change });

  it.each<[Facts["identity"], RegExp[]]>([
    [
      "job-token",
      [/checks on its pull requests wait .*, reviews are comments, project boards .*, and there are 1,000/],
    ],
    ["one", [/^Reviews are comments: one account opens the pull requests and reviews them/]],
    ["two", []],
  ])("%s: says what is lost by that", (identity, says) => {
    expect(lacksWith({ identity })).toEqual(says.map((one) => expect.stringMatching(one)));
  });

  const own = (text: string): Partial<Facts> => ({
    workflows: { ...facts().workflows, all: [{ path: ".github/workflows/a.yml", text }] },
  });

  it.each([
    ["on: push", true],
    ["on: pull_request", true],
    ["on: pull_request_target", true],
    ["on: { push: { branches: ['roundtable/**'] } }", true],
    ["on: { push: { branches: [main] } }", false],
    ["on: { pull_request: { branches: [main] } }", false],
    ["on: schedule", false],
  ])("names own workflows that an App's writes start: %s %s", (text, isNamed) => {
    const named = expect.stringContaining("begin by what a run pushes: .github/workflows/a.yml");
    expect(lacksWith({ identity: "two", ...own(text) })).toEqual(isNamed ? [named] : []);
    // GitHub starts none for what a workflow's own token pushes.
    expect(lacksWith({ identity: "job-token", ...own(text) })).toHaveLength(1);
  });

  it("checks that are required and can never begin stop a run before it begins", () => {
    const config = aView({ config: `${VERIFIED}checks: required\n` }).snapshot.planFile.config;
    const required = (identity: Facts["identity"], text: string): string[] =>
      hindrancesOf({ ...facts(), ...own(text), identity, config: { isThere: true, config, faults: [] } });
    expect(required("two", "on: push")).toEqual([]);
    expect(required("two", "on: pull_request")).toEqual([
      expect.stringContaining("no workflow of the base branch begins by a push to the branch of a train"),
    ]);
    expect(required("job-token", "on: push")).toEqual([
      expect.stringContaining("Give the pass an App's token"),
    ]);
  });
});
