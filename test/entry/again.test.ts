/** The same command again: an ended run is told and left alone, an answered one goes on; `status` reads either. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { status, type StatusOptions } from "../../src/entry/commands/status.ts";
import { composeLocal, LOCAL, type LocalWorld } from "../../src/entry/compose-local.ts";
import { composeReading } from "../../src/entry/compose-github.ts";
import { readBegun } from "../../src/entry/local/begin.ts";
import type { LocalReport } from "../../src/entry/local/report.ts";
import { workspaceAt } from "../../src/entry/local/workspace.ts";
import type { Terminal } from "../../src/entry/terminal.ts";
import { git, onlooker, repositoryWith, runLocal, temporary, type LocalRun } from "../support/local-run.ts";

/** The user's repository, which no run changes. */
let theirs: ReturnType<typeof temporary>;
let folder: ReturnType<typeof temporary>;
let spec: string;
let out: string;

beforeAll(() => {
  theirs = temporary();
  const from = join(theirs.path, "spec");
  mkdirSync(from);
  // Protected: the plan gives it to a person, so that the run needs no job.
  writeFileSync(join(from, "tasks.md"), "- [ ] 1. Write\n  - _writes: .github/CODEOWNERS_\n");
  spec = repositoryWith(join(theirs.path, "repo"), { from, name: "x" });
});
afterAll(() => theirs.done());

function newFolder(): void {
  folder = temporary();
  out = join(folder.path, "out");
}

const run = (options: { say?: string; fresh?: boolean; yes?: boolean } = {}): Promise<LocalRun> =>
  runLocal({ spec, out, options });

const journals = (): string =>
  git(join(out, "repository.git"), "for-each-ref", "refs/roundtable", "refs/roundtable-ended");

async function statusOf(options: StatusOptions, env: Terminal["env"] = {}): Promise<LocalReport> {
  const { terminal, printed } = onlooker({ env });
  expect(await status({ ...options, json: true }, terminal)).toBe(0);
  expect(printed).toHaveLength(1);
  return JSON.parse(printed[0]!) as LocalReport;
}

describe("the same command again", () => {
  beforeEach(newFolder);
  afterEach(() => folder.done());

  it("after a decision it goes on once that is answered; after the end it tells, until --fresh", async () => {
    const asked = await run();
    expect(asked).toMatchObject({
      code: 2,
      report: { decisions: [{ id: "d1", kind: "person", answer: null }] },
    });
    const unanswered = await run();
    expect(unanswered).toMatchObject({ code: 2, report: { run: asked.report.run, outcome: "decision" } });
    const answered = await run({ say: "/orchestrate decide d1 1" });
    expect(answered).toMatchObject({
      code: 0,
      report: { outcome: "complete", units: [{ phase: "skipped" }] },
    });
    expect(await statusOf({ out })).toEqual(answered.report);
    expect(await statusOf({ out, watch: true })).toEqual(answered.report);
    const ended = journals();
    const again = await run();
    expect(again).toMatchObject({ code: 0, report: answered.report });
    expect(again.lines).toEqual(["This run ended before; --fresh starts anew."]);
    await expect(run({ say: "/orchestrate resume" })).rejects.toThrow(/The run is over.*--fresh/);
    expect(journals()).toBe(ended);
    const anew = await run({ fresh: true });
    expect(anew).toMatchObject({ code: 2, report: { outcome: "decision", decisions: [{ answer: null }] } });
    expect(await statusOf({ out })).toEqual(anew.report);
  });

  it("a halted run is told too, and no second one begins by itself", async () => {
    const waiting = await run({ yes: false });
    expect(waiting).toMatchObject({
      code: 2,
      report: { reason: expect.stringContaining("/orchestrate confirm") },
    });
    const halted = await run({ say: "/orchestrate cancel" });
    expect(halted).toMatchObject({ code: 1, report: { outcome: "halted", run: waiting.report.run } });
    const ended = journals();
    expect(ended).toMatch(/refs\/roundtable-ended\/1$/);
    await expect(runLocal({ spec, out, options: { fresh: true, playbook: "/nowhere" } })).rejects.toThrow(
      /There is no playbook/,
    );
    const again = await run();
    expect(again).toMatchObject({ code: 1, report: halted.report });
    expect(journals()).toBe(ended);
  });

  it("other options than at the beginning are not dropped in silence", async () => {
    await run({ yes: false });
    for (const options of [{ profile: "safe" }, { maxParallel: "2" }, { agent: "playbook" }])
      await expect(runLocal({ spec, out, options })).rejects.toThrow(/begun with other options.*--fresh/);
  });
});

describe("the question before anything is spent", () => {
  beforeEach(newFolder);
  afterEach(() => folder.done());

  const asked = (given: { answer: string; interruptAt?: (line: string) => boolean }): Promise<LocalRun> =>
    runLocal({ spec, out, ...given, options: { yes: false } });

  it("nothing but yes is consent; a yes later goes on", async () => {
    for (const answer of ["", "n", "no", "yesterday"])
      expect(await asked({ answer }), answer).toMatchObject({
        code: 2,
        report: { units: [{ phase: "not_started" }] },
      });
    expect(await run()).toMatchObject({ code: 2, report: { decisions: [{ kind: "person" }] } });
  });

  it("Ctrl-C is no answer: the plan goes on waiting", async () => {
    const stopped = await asked({ answer: "y", interruptAt: (line) => line.startsWith("Plan for") });
    expect(stopped).toMatchObject({ code: 1, report: { outcome: "halted", reason: "interrupted" } });
    expect(await statusOf({ out })).toMatchObject({ outcome: "decision" });
  });
});

describe("status of a run on GitHub", () => {
  let world: LocalWorld;
  const env = (): Terminal["env"] => ({
    GITHUB_API_URL: world.origin,
    GITHUB_TOKEN: world.local.token({ login: LOCAL.you }),
  });
  const served = async (): Promise<void> => {
    const { name, defaultBranch } = (await readBegun(out))!;
    const { repository, state } = workspaceAt(out);
    world = await composeLocal({
      folder: state,
      repository: { fullName: `local/${name}`, folder: repository, defaultBranch },
      actionsAt: {},
      port: 0,
    });
  };

  describe("that has come so far", () => {
    beforeEach(newFolder);
    afterEach(async () => {
      await world.close();
      folder.done();
    });

    it.each([
      { name: "open", say: undefined },
      { name: "ended", say: "/orchestrate decide d1 1" },
    ])("says the same of an $name run as status here, and writes nothing", async ({ say }) => {
      await run();
      const { report } = await run(say === undefined ? {} : { say });
      await served();
      const before = { journals: journals(), writes: world.local.counters.contentWrites };
      const there = await statusOf({ repo: "local/repo", run: "1" }, env());
      const page = `${world.origin}/local/repo`;
      expect(there).toEqual({
        ...report,
        totals: {
          requests: { rest: null, graphql: null, git: null },
          contentWrites: null,
          durationMs: null,
          cost: null,
        },
        paths: { repository: page, board: `${page}/issues/1`, logs: `${page}/actions` },
      });
      expect({ journals: journals(), writes: world.local.counters.contentWrites }).toEqual(before);
    });

    it("for a person it names the place and the comment that answers", async () => {
      await run();
      await served();
      const { terminal, printed } = onlooker({ env: env() });
      await status({ repo: "local/repo", run: "1" }, terminal);
      expect(printed.join("\n")).toContain("comment on #1: /orchestrate decide d1 1");
      expect(printed.join("\n")).toContain(`${world.origin}/local/repo/issues/1`);
    });
  });

  describe("that waits for consent", () => {
    beforeAll(async () => {
      newFolder();
      await run({ yes: false });
      await served();
    });
    afterAll(async () => {
      await world.close();
      folder.done();
    });

    it("holds a client that can send nothing but questions", async () => {
      const { contentWrites } = world.local.counters;
      const { github } = await composeReading({
        token: world.local.token({ login: LOCAL.you }),
        fullName: "local/repo",
        baseUrl: world.origin,
      })(1);
      await expect(github.board.ensureComment({ issue: 1, marker: "m", body: "b" })).rejects.toThrow(
        /only reads/,
      );
      expect(world.local.counters.contentWrites).toBe(contentWrites);
    });

    it.each([
      { name: "no token", run: "1", change: { GITHUB_TOKEN: "" }, says: /no token.*GH_TOKEN/ },
      {
        name: "a token that is none",
        run: "1",
        change: { GITHUB_TOKEN: "x" },
        says: /does not know this token/,
      },
      { name: "no such run", run: "7", change: {}, says: /There is no run 7 in local\/repo/ },
      { name: "no number", run: "seven", change: {}, says: /name no run.*--run 12/ },
      { name: "no such repository", run: "1", repo: "local/other", change: {}, says: /There is no run 1 in/ },
    ])("$name: one sentence", async ({ run: number, repo = "local/repo", change, says }) => {
      const { terminal } = onlooker({ env: { ...env(), ...change } });
      await expect(status({ repo, run: number }, terminal)).rejects.toThrow(says);
    });
  });
});
