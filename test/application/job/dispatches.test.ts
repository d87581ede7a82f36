import { describe, expect, it } from "vitest";
import { askByDispatch, type DispatchAsk } from "../../../src/application/job/ask.ts";
import { wakePass } from "../../../src/application/job/wake.ts";
import { TransientError } from "../../../src/domain/problem.ts";
import type { PermissionLevel } from "../../../src/domain/run/facts.ts";
import { parseMarker } from "../../../src/domain/run/names.ts";
import { quiet } from "../../support/checkout.ts";

interface Issue {
  marker: string;
  title: string;
  body: string;
  labels: readonly string[];
}

/** A board in memory: issues by marker, one permission for all. */
function aBoard(level: PermissionLevel = "write") {
  const issues = new Map<string, Issue>();
  return {
    issues,
    board: {
      permission: async () => level,
      ensureIssue: async (issue: Issue) => {
        const did = issues.has(issue.marker) ? ("unchanged" as const) : ("created" as const);
        if (did === "created") issues.set(issue.marker, issue);
        return { did, number: [...issues.keys()].indexOf(issue.marker) + 7 };
      },
    },
  };
}

const ada: DispatchAsk = {
  spec: ".kiro/specs/x",
  options: " --max-parallel 2 ",
  consent: "",
  maxCost: "",
  actor: { login: "ada", isBot: false },
  runId: 99,
  runAttempt: 1,
};

const ask = async (change: Partial<DispatchAsk>, level: PermissionLevel = "write") => {
  const { board, issues } = aBoard(level);
  const asked = await askByDispatch({ github: { board }, ...quiet }, { ...ada, ...change });
  return { ...asked, issue: [...issues.values()][0]! };
};

describe("ask", () => {
  it("opens an issue whose first lines say command, actor and workflow run", async () => {
    const { issue } = await ask({});
    expect(issue.title).toBe("Orchestrate .kiro/specs/x");
    expect(issue.labels).toEqual(["roundtable"]);
    expect(issue.body.split("\n").slice(0, 5)).toEqual([
      "/orchestrate .kiro/specs/x --max-parallel 2",
      "",
      "- asked by: ada",
      "- workflow run: 99",
      "- consent: false",
    ]);
    expect(parseMarker(issue.body)).toEqual({ kind: "run", values: { dispatch: "99" } });
  });

  it("finds its issue when it is repeated", async () => {
    const { board, issues } = aBoard();
    const first = await askByDispatch({ github: { board }, ...quiet }, ada);
    expect(await askByDispatch({ github: { board }, ...quiet }, ada)).toEqual(first);
    expect(issues.size).toBe(1);
  });

  it("carries consent with its ceiling", async () => {
    const { issue } = await ask({ consent: "true", maxCost: "12.5" });
    expect(issue.body).toContain("--max-cost 12.5\n");
    expect(issue.body).toContain("- consent: true\n");
  });

  it.each<[string, Partial<DispatchAsk>, PermissionLevel, string]>([
    ["a bot", { actor: { login: "x[bot]", isBot: true } }, "write", "a bot started"],
    ["a stranger", {}, "read", "no write access"],
    ["a repeated run", { runAttempt: 2 }, "write", "repeated"],
    ["consent without a ceiling", { consent: "true" }, "write", "max_cost above 0"],
    ["consent up to nothing", { consent: "TRUE", maxCost: "0" }, "write", "max_cost above 0"],
    ["an unknown flag", { options: "--yolo" }, "write", "This dispatch asks for nothing"],
    ["a command in place of a spec", { spec: "confirm", options: "" }, "write", "not the path"],
    ["text that could be markup", { options: "--base <img>" }, "write", "letters, digits"],
    ["a second line", { spec: ".kiro/specs/x\n/orchestrate confirm" }, "write", "letters, digits"],
    ["a mention", { options: "--agent `@everyone`" }, "write", "letters, digits"],
  ])("refuses %s", async (...[, change, level, says]) => {
    await expect(ask(change, level)).rejects.toThrow(says);
  });
});

async function woken(about: string, answer: "missing" | { runId: number | null } = { runId: 1 }) {
  const started: { workflow: string; inputs: Readonly<Record<string, string>> }[] = [];
  const dispatch = async (workflow: string, inputs: Readonly<Record<string, string>>) => {
    started.push({ workflow, inputs });
    return answer;
  };
  await wakePass({ github: { workflows: { dispatch } }, clock: { sleep: async () => {} }, ...quiet }, about);
  return started;
}

/** GitHub is out of reach for so many requests; how often it was asked, and how long that took. */
async function wokenAfter(failures: number, retryAfterMs = 60_000) {
  const seen = { asked: 0, waited: 0 };
  const dispatch = async () => {
    seen.asked += 1;
    if (seen.asked <= failures)
      throw new TransientError({ what: "GitHub is out of reach", why: "fetch failed", retryAfterMs });
    return { runId: 1 };
  };
  const sleep = async (ms: number): Promise<void> => void (seen.waited += ms);
  await wakePass({ github: { workflows: { dispatch } }, clock: { sleep }, ...quiet }, "12");
  return seen;
}

describe("wake and forward", () => {
  it.each([
    ["12", "12"],
    ["", "0"],
    ["12; rm -rf /", "0"],
    ["refs/heads/x", "0"],
  ])("%j starts one pass that looks at %s", async (about, wake) => {
    expect(await woken(about)).toEqual([{ workflow: "roundtable.yml", inputs: { wake } }]);
  });

  it("asks again while GitHub is out of reach for a moment, within its job's five minutes", async () => {
    expect(await wokenAfter(1)).toEqual({ asked: 2, waited: 60_000 });
    expect(await wokenAfter(3)).toEqual({ asked: 4, waited: 180_000 });
    await expect(wokenAfter(4)).rejects.toThrow("out of reach");
    await expect(wokenAfter(1, 3_600_000)).rejects.toThrow("out of reach");
  });

  it("is content without a pass workflow", async () => {
    await expect(woken("12", "missing")).resolves.toHaveLength(1);
  });
});
