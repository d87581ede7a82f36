/** Which actions a repository's settings refuse: of those that its own workflow files use. */
import { expect, it } from "vitest";
import { judge } from "../../../src/domain/doctor/checks.ts";
import { NOTHING_KNOWN, type ActionsFact } from "../../../src/domain/doctor/facts.ts";

const uses = (...names: string[]) => ({
  text: names.map((name) => `      - uses: ${name}@v1\n`).join(""),
  shipped: null,
  isDisabled: false,
});
const SHIPPED = uses("roundtable-dev/roundtable", "actions/checkout");
const OWN = uses("octo/roundtable");

it.each<[string, typeof SHIPPED | null, Partial<ActionsFact>, RegExp | null]>([
  [
    "the owner's alone",
    SHIPPED,
    { allowed: "local_only" },
    /refuse roundtable-dev\/roundtable and actions of GitHub$/,
  ],
  ["the owner's alone, where the action is the owner's", OWN, { allowed: "local_only" }, null],
  [
    "the owner's alone, files not known",
    null,
    { allowed: "local_only" },
    /refuse roundtable-dev\/roundtable and/,
  ],
  ["GitHub's", SHIPPED, { isGithubAllowed: true }, /refuse roundtable-dev\/roundtable$/],
  ["ours", SHIPPED, { patterns: ["Roundtable-dev/roundtable@*"] }, /refuse actions of GitHub$/],
  ["both", SHIPPED, { isGithubAllowed: true, patterns: ["roundtable-dev/*"] }, null],
  [
    "both, and ours taken out again",
    SHIPPED,
    { isGithubAllowed: true, patterns: ["roundtable-dev/*", "!roundtable-dev/roundtable@*"] },
    /refuse roundtable-dev\/roundtable$/,
  ],
])("allowed are %s", (...[, agent, change, says]) => {
  const actions: ActionsFact = {
    isEnabled: true,
    allowed: "selected",
    isGithubAllowed: false,
    patterns: [],
    ...change,
  };
  const workflows = { ...NOTHING_KNOWN.workflows, agent };
  const page = "https://github.com/octo/x";
  const { findings } = judge({ ...NOTHING_KNOWN, page, actions, workflows }).find(
    ({ code }) => code === "actions-refused",
  )!;
  expect(findings?.map(({ what }) => what)).toEqual(says === null ? [] : [expect.stringMatching(says)]);
});
