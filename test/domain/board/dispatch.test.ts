/** What vouches for an issue that a dispatch has opened. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  askOfInputs,
  askOfRun,
  dispatchIssueBody,
  dispatchOf,
  inputsOfName,
  type DispatchFact,
  type DispatchInputs,
} from "../../../src/domain/board/dispatch.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const about = { fullName: "octo/demo", defaultBranch: "main", now: NOW };

const nameOf = ({ spec, options, consent, maxCost }: DispatchInputs): string =>
  `/orchestrate ${spec} | ${options} | ${consent} | ${maxCost} |`;

const inputs: DispatchInputs = {
  spec: ".kiro/specs/x",
  options: " --max-parallel  2\n",
  consent: "true",
  maxCost: "12.5",
};

const run: DispatchFact = {
  id: 99,
  repository: "octo/demo",
  headRepository: "octo/demo",
  path: ".github/workflows/roundtable.yml",
  event: "workflow_dispatch",
  attempt: 1,
  branch: "main",
  sha: "b".repeat(40),
  name: nameOf(inputs),
  actor: { login: "ada", isBot: false },
  triggeredBy: "ada",
  createdAt: new Date("2026-03-01T11:59:00Z"),
};

const issueBody = dispatchIssueBody(askOfInputs(inputs), { by: "ada", runId: 99 });

describe("a workflow run and its issue", () => {
  it("together ask for what the person gave", () => {
    expect(askOfRun(run, { ...about, issueBody })).toEqual({
      command: "/orchestrate .kiro/specs/x --max-parallel 2 --max-cost 12.5",
      path: ".kiro/specs/x",
      flags: { maxParallel: 2, maxCost: 12.5 },
      consents: true,
    });
    expect(dispatchOf(issueBody)).toBe(99);
  });

  it.each<[string, Partial<DispatchFact>, string]>([
    ["of another repository", { repository: "octo/other" }, "another repository"],
    ["of a fork's head", { headRepository: "mallory/demo" }, "of a fork"],
    ["of another workflow", { path: ".github/workflows/roundtable-agent.yml" }, "no dispatch of"],
    ["of another event", { event: "issue_comment" }, "no dispatch of"],
    ["of another branch", { branch: "feature" }, "not of the default branch"],
    ["by a bot", { actor: { login: "ada", isBot: true } }, "a bot started"],
    [
      "by what is named like one",
      { actor: { login: "x[bot]", isBot: false }, triggeredBy: "x[bot]" },
      "a bot started",
    ],
    ["repeated", { attempt: 2 }, "was repeated"],
    ["started again by somebody else", { triggeredBy: "eve" }, "was repeated"],
    ["of last week", { createdAt: new Date("2026-02-26T11:00:00Z") }, "more than 72 hours ago"],
    ["under its usual name", { name: "roundtable" }, "does not tell the inputs"],
    ["whose name was cut", { name: run.name.slice(0, 40) }, "does not tell the inputs"],
    ["with inputs that act as others", { name: nameOf({ ...inputs, options: "| true | 9 |" }) }, "inputs"],
    ["for another spec", { name: nameOf({ ...inputs, spec: ".kiro/specs/y" }) }, "does not say what"],
    ["without consent", { name: nameOf({ ...inputs, consent: "" }) }, "does not say what"],
    ["for less money", { name: nameOf({ ...inputs, maxCost: "1" }) }, "does not say what"],
    ["with consent but no ceiling", { name: nameOf({ ...inputs, maxCost: "" }) }, "max_cost above 0"],
    ["by another person", { actor: { login: "eve", isBot: false }, triggeredBy: "eve" }, "does not say what"],
    ["of another number", { id: 98 }, "does not say what"],
  ])("a run %s vouches for nothing", (...[, change, says]) => {
    expect(() => askOfRun({ ...run, ...change }, { ...about, issueBody })).toThrow(says);
  });

  it("a text with a line more is another text", () => {
    expect(() => askOfRun(run, { ...about, issueBody: `/orchestrate confirm\n${issueBody}` })).toThrow(
      "does not say what",
    );
  });
});

describe("inputs", () => {
  it("consent is for the commit of the default branch only", () => {
    expect(() => askOfInputs({ ...inputs, options: "--base next" })).toThrow("default branch");
    expect(askOfInputs({ ...inputs, options: "--base next", consent: "no" }).consents).toBe(false);
  });

  it("whatever they hold, a name gives back those that may ask, or nothing", () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(".kiro/specs/x", "true", "7", " | ", "--dry-run", "@octo/team"),
    );
    fc.assert(
      fc.property(fc.record({ spec: text, options: text, consent: text, maxCost: text }), (given) => {
        const read = inputsOfName(nameOf(given));
        const asked = (one: DispatchInputs | null) => {
          try {
            return one && askOfInputs(one);
          } catch {
            return null;
          }
        };
        // A name may be unreadable, but never says more than was given.
        expect([null, asked(given)]).toContainEqual(asked(read));
      }),
    );
  });

  it("whatever they hold, the issue is one line of plain words", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (spec, options) => {
        let body: string;
        try {
          const ask = askOfInputs({ spec, options, consent: "", maxCost: "" });
          body = dispatchIssueBody(ask, { by: "ada", runId: 1 });
        } catch {
          return;
        }
        expect(body.split("\n")).toHaveLength(7);
        expect(body.split("\n")[0]).toMatch(/^\/orchestrate [\w./,+ -]+$/);
      }),
    );
  });
});

describe("the number of a workflow run", () => {
  it.each([
    ["a body without marker", "/orchestrate .kiro/specs/x"],
    ["another marker of ours", "x\n\n<!-- roundtable:unit run=1 unit=dispatch -->"],
    ["a marker above the last line", "<!-- roundtable:run dispatch=9 -->\nx"],
    ["no number", "<!-- roundtable:run dispatch=../9 -->"],
  ])("is not in %s", (...[, body]) => expect(dispatchOf(body)).toBeNull());
});
