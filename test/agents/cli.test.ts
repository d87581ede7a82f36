/**
 * `npm run test:agents`: the vendors' real programs, from npm, do a unit against the stub of a model. What they print
 * is recorded, and the other tests read it again; what a run of them costs is said at the end.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cli, CliCommand } from "../../src/adapters/agent/cli.ts";
import { CLIS } from "../../src/adapters/agent/clis.ts";
import { ABILITIES } from "../../src/domain/agent/backend.ts";
import { inTurns } from "../support/stub-model/turn.ts";
import { installed, play, poison, type Scenario } from "./real-cli.ts";

const DONE = 'I did it.\n{"outcome":"completed","summary":"Wrote it."}';
const writing: Scenario["script"] = ({ folder }) =>
  inTurns(
    { write: { path: join(folder, "out.txt"), content: "hello\n" } },
    { shell: "echo two > two.txt" },
    { say: DONE },
  );

/** The same command lines without what keeps the repository's own out. */
const TRUSTING: Readonly<Record<string, (command: CliCommand) => CliCommand>> = {
  claude: (plain) => ({
    ...plain,
    args: plain.args.filter((arg) => arg !== "--setting-sources=" && arg !== "--strict-mcp-config"),
  }),
  codex: (plain) => ({
    ...plain,
    args: [
      ...plain.args.filter((arg) => arg !== "--disable=hooks" && arg !== "-"),
      "--trust",
      "--dangerously-bypass-hook-trust",
      "-",
    ],
  }),
  copilot: (plain) => ({ ...plain, args: [...plain.args, "--trust-folder"] }),
  gemini: (plain) => ({ ...plain, env: { ...plain.env, GEMINI_CLI_TRUST_WORKSPACE: "true" } }),
};

const measured: string[] = [];
afterAll(() => {
  process.stdout.write(`\n${measured.join("\n")}\n`);
});

const real: Cli[] = Object.values(CLIS).filter(({ npm }) => npm !== null);

describe.each(real.map((cli) => ({ name: cli.backend, cli })))("$name", ({ cli }) => {
  beforeAll(() => installed(cli), 600_000);

  it("writes by its tools, and answers in its form", async () => {
    const { answer, checkout, stub, seconds } = await play({ cli, name: "done", script: writing });
    expect(answer).toMatchObject({ outcome: "completed", summary: "Wrote it." });
    expect(answer.usage).toMatchObject({ input: 3000, output: 150, cached: 1200 });
    expect([await checkout.read("out.txt"), await checkout.read("two.txt")]).toEqual(["hello\n", "two\n"]);
    expect(checkout.git("status", "--porcelain").split("\n").toSorted()).toEqual([
      "?? out.txt",
      "?? two.txt",
    ]);
    expect(stub.asked[0]!.body).toContain("Write hello to out.txt.");
    const { input, output } = answer.usage!;
    measured.push(
      `${cli.backend} ${cli.npm!.version}: ${seconds.toFixed(1)} s, ${stub.requests()} requests, tokens ${input} in, ${output} out`,
    );
  });

  it.each([
    { name: "rate-limited", turn: { status: 429, retryAfter: 1 }, outcome: "rate_limited" },
    { name: "failing", turn: { status: 500 }, outcome: "infra" },
    { name: "cut", turn: { cut: "half a word" }, outcome: "infra" },
  ])("$name: $outcome, after a few repeats", async ({ name, turn, outcome }) => {
    const { answer, stub } = await play({ cli, name, script: () => inTurns(turn) });
    expect(answer.outcome).toBe(outcome);
    expect(stub.requests()).toBeLessThanOrEqual(8);
  });

  it("names the key that is refused", async () => {
    const { answer } = await play({ cli, name: "key", token: "no", script: () => inTurns({ say: DONE }) });
    expect(answer).toMatchObject({
      outcome: "blocked",
      summary: expect.stringMatching(/secret \w+_API_KEY/),
    });
  });

  it("does nothing when the model will not", async () => {
    const script = () => inTurns({ refuse: "I will not do that." });
    const { answer, checkout } = await play({ cli, name: "refusal", script });
    // Some tell of it, some only end: then nothing has changed, and that is measured.
    expect(["failed", "completed"]).toContain(answer.outcome);
    expect(checkout.git("status", "--porcelain")).toBe("");
  });

  it("may say that all is well and have done nothing", async () => {
    const script = () => inTurns({ say: "All is well." });
    const { answer, checkout } = await play({ cli, name: "idle", script });
    expect(answer).toMatchObject({ outcome: "completed", summary: "All is well." });
    expect(checkout.git("status", "--porcelain")).toBe("");
  });

  it("reviews, and must answer in its form", async () => {
    const review = { role: "review", reviewer: "correctness" } as const;
    const said = '{"outcome":"completed","summary":"Fine.","verdict":"pass","findings":[]}';
    const good = await play({
      cli,
      name: "review",
      job: review,
      script: () => inTurns({ shell: "ls" }, { say: said }),
    });
    expect(good.answer).toMatchObject({ outcome: "completed", verdict: "pass" });
    const bad = await play({ cli, name: null, job: review, script: () => inTurns({ say: "Fine." }) });
    expect(bad.answer.outcome).toBe("failed");
  });

  it.runIf(ABILITIES[cli.backend].hasTurnCap)("ends when its turns are used up", async () => {
    const limits = { minutes: 5, turns: 3, usd: null };
    const script = () => (results: number) => ({ shell: `echo ${results}` });
    const { answer, stub } = await play({
      cli,
      // Where we count, its output alone does not tell.
      name: cli.counted.turn ? null : "endless",
      job: { limits },
      script,
    });
    expect(answer.outcome).toBe("timed_out");
    expect(stub.requests()).toBeLessThanOrEqual(4);
  });

  it("ends at the deadline, and leaves nothing running", async () => {
    const script = () => (results: number) => ({ shell: `echo ${results}` });
    const { answer, stub } = await play({ cli, name: null, endAfter: 2, script });
    expect(answer.outcome).not.toBe("completed");
    await expect(fetch(stub.origin)).rejects.toThrow("fetch failed");
  });

  it("loads no settings, hooks, servers or plugins of the repository", async () => {
    const traces = mkdtempSync(join(tmpdir(), "roundtable-traces-"));
    try {
      const { answer } = await play({ cli, name: null, files: poison(traces), script: writing });
      expect(answer.outcome).toBe("completed");
      expect(readdirSync(traces)).toEqual(["README"]);
    } finally {
      rmSync(traces, { recursive: true, force: true });
    }
  });

  it.runIf(TRUSTING[cli.backend])("would load them, were it let: that test can fail", async () => {
    const traces = mkdtempSync(join(tmpdir(), "roundtable-traces-"));
    try {
      const trusting: Cli = { ...cli, command: (start) => TRUSTING[cli.backend]!(cli.command(start)) };
      await play({ cli: trusting, name: null, files: poison(traces), script: writing });
      expect(readdirSync(traces).length).toBeGreaterThan(1);
    } finally {
      rmSync(traces, { recursive: true, force: true });
    }
  });

  it.runIf(cli.refuses.length > 0)("is not started where it would load plugins all the same", async () => {
    for (const path of [".opencode/plugin/x.js", "opencode.json", "opencode.jsonc"])
      await expect(play({ cli, name: null, files: { [path]: "{}" }, script: writing })).rejects.toThrow(
        "is not started in a repository with",
      );
  });
});
