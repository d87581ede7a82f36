import { once } from "node:events";
import { chmod, mkdir, rm, symlink, unlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { machine } from "../../../src/adapters/system/machine.ts";
import { allowedEnvironment } from "../../../src/application/job/commands.ts";
import type { Processes } from "../../../src/application/ports.ts";
import type { Agent, ModelProxy, ModelRoute, ModelUse } from "../../../src/application/job/ports.ts";
import { verify } from "../../../src/application/job/verify.ts";
import { work, type WorkPorts } from "../../../src/application/job/work.ts";
import { plainAnswer, readAnswer } from "../../../src/domain/agent/answer.ts";
import { checkHandOver } from "../../../src/domain/handover/check.ts";
import type { Job } from "../../../src/domain/handover/job.ts";
import type { SentHandOver } from "../../../src/domain/handover/result.ts";
import { UserError } from "../../../src/domain/problem.ts";
import {
  aJob,
  LIMITS,
  makeCheckout,
  noModel,
  quiet,
  wrapperOf,
  type Checkout,
} from "../../support/checkout.ts";

type Does = (checkout: Checkout, signal: AbortSignal) => Promise<unknown>;

const agentThat = (checkout: Checkout, does: Does): Agent => ({
  work: async ({ signal }) => {
    await does(checkout, signal);
    return plainAnswer("completed", "Done.");
  },
});

async function play(
  checkout: Checkout,
  does: Does | Agent,
  {
    ports = {},
    secrets = {},
    ...job
  }: Partial<Job> & { ports?: Partial<WorkPorts>; secrets?: Record<string, string> } = {},
) {
  const agent = typeof does === "function" ? agentThat(checkout, does) : does;
  const bound = aJob({ headSha: checkout.head, ...job });
  const done = await work(
    { ...machine, ...quiet, agent, proxy: noModel, wrapper: wrapperOf(checkout), ...ports },
    { brief: "", job: bound, checkout: checkout.folder, folder: checkout.own, env: checkout.env, secrets },
  );
  const bytes = (await machine.files.read(done.path))!;
  const result: SentHandOver = JSON.parse(new TextDecoder().decode(bytes));
  return { done, job: bound, bytes, result };
}

const filesOf = (result: SentHandOver) =>
  "verdict" in result ? [] : result.commits.flatMap((commit) => commit.files);

describe("changes are read from the work tree as data", () => {
  const BASE = {
    "a.txt": "one\n",
    "b.sh": "#!/bin/sh\n",
    "gone.txt": "x\n",
    ".gitignore": "ignored/\n*.log\n",
    "ignored/tracked.txt": "t\n",
  };

  it.each<{ what: string; does: Does; files: object[] }>([
    {
      what: "a change",
      does: (at) => at.write("a.txt", "two\n"),
      files: [{ path: "a.txt", mode: "100644", content: "two\n" }],
    },
    {
      what: "a new file in a new folder",
      does: (at) => at.write("src/é ü/new.ts", "x"),
      files: [{ path: "src/é ü/new.ts", mode: "100644", content: "x" }],
    },
    {
      what: "a deletion",
      does: (at) => unlink(join(at.folder, "gone.txt")),
      files: [{ path: "gone.txt", mode: "100644", deleted: true }],
    },
    {
      what: "a mode",
      does: (at) => chmod(join(at.folder, "a.txt"), 0o755),
      files: [{ path: "a.txt", mode: "100755", content: "one\n" }],
    },
    {
      what: "bytes that are no text",
      does: (at) => at.write("i.png", new Uint8Array([0, 255, 1])),
      files: [{ path: "i.png", mode: "100644", base64: "AP8B" }],
    },
    {
      what: "Windows line ends and a byte order mark",
      does: (at) => at.write("a.txt", "\uFEFFone\r\n"),
      files: [{ path: "a.txt", mode: "100644", content: "\uFEFFone\r\n" }],
    },
    { what: "nothing that is ignored", does: (at) => at.write("x.log", "x"), files: [] },
    {
      what: "a tracked file that is ignored too",
      does: (at) => at.write("ignored/tracked.txt", "u\n"),
      files: [{ path: "ignored/tracked.txt", mode: "100644", content: "u\n" }],
    },
    {
      what: "commits that the agent made",
      does: async (at) => (
        await at.write("a.txt", "two\n"),
        at.git("commit", "--all", "--quiet", "--message=mine")
      ),
      files: [{ path: "a.txt", mode: "100644", content: "two\n" }],
    },
    {
      what: "the tree when git's own folder is gone",
      does: async (at) => (
        await rm(join(at.folder, ".git"), { recursive: true }),
        at.write("a.txt", "two\n")
      ),
      files: [{ path: "a.txt", mode: "100644", content: "two\n" }],
    },
    {
      what: "a link as a link",
      does: (at) => symlink("/etc/passwd", join(at.folder, "link")),
      files: [{ path: "link", mode: "120000", content: "/etc/passwd" }],
    },
  ])("$what", async ({ does, files }) => {
    const { result, done } = await play(await makeCheckout(BASE), does);
    expect(filesOf(result)).toEqual(files);
    expect(done).toMatchObject({
      changed: files.length > 0,
      outcome: files.length > 0 ? "completed" : "no_change",
    });
  });

  it("runs no hook, filter or fsmonitor of the checkout", async () => {
    const checkout = await makeCheckout({
      "a.txt": "one\n",
      "trap.sh": "#!/bin/sh\ntouch ../trapped\ncat\n",
    });
    const { result } = await play(checkout, async (at) => {
      const trap = join(at.folder, "trap.sh");
      for (const [key, value] of [
        ["filter.t.clean", trap],
        ["filter.t.smudge", trap],
        ["core.fsmonitor", trap],
        ["core.hooksPath", at.folder],
        ["diff.external", trap],
      ])
        at.git("config", key!, value!);
      await at.write(".gitattributes", "* filter=t ident working-tree-encoding=UTF-16\n");
      await at.write("post-index-change", "#!/bin/sh\ntouch ../trapped\n");
      await chmod(join(at.folder, "post-index-change"), 0o755);
      await at.write("a.txt", "$Id$ two\n");
    });
    expect(filesOf(result)).toContainEqual({ path: "a.txt", mode: "100644", content: "$Id$ two\n" });
    expect(await machine.files.read(join(checkout.folder, "../trapped"))).toBeNull();
  });

  it("hands a repository within the repository over as what it is, to be refused", async () => {
    const checkout = await makeCheckout({ "a.txt": "one\n" });
    const { job, bytes } = await play(checkout, async (at) => {
      await mkdir(join(at.folder, "inner"));
      at.git("init", "--quiet", "inner");
      at.git("-C", "inner", "commit", "--quiet", "--allow-empty", "--message=x");
      await at.write("a.txt", "two\n");
    });
    expect(check(job, bytes)).toMatchObject({ ok: false, code: "submodule" });
  });

  it.each([
    { what: "a plain name", name: "inner" },
    { what: "a name that is no UTF-8", name: "$(printf 'inner\\377')" },
  ])("lets git look into no repository within the repository: $what", async ({ name }) => {
    const checkout = await makeCheckout({ "a.txt": "one\n" });
    const trap = `touch '${join(checkout.folder, "../trapped")}'; cat`;
    const { result } = await play(checkout, async (at) => {
      const script = `git init --quiet "${name}"; cd "${name}"; echo x > file; git add file
        git -c user.name=a -c user.email=a@b commit --quiet --message=x
        git config filter.t.clean "$1"; echo "* filter=t" > .gitattributes; echo y > file`;
      const request = { command: "bash", args: ["-c", script, "bash", trap], cwd: at.folder, env: at.env };
      expect((await machine.processes.run(request)).code).toBe(0);
    });
    expect(filesOf(result)).toMatchObject([{ path: expect.stringMatching(/^inner/), mode: "160000" }]);
    expect(await machine.files.list(join(checkout.folder, ".."))).not.toContain("trapped");
  });

  it("leaves an unfinished repository within the repository out", async () => {
    const { result } = await play(await makeCheckout({ "a.txt": "one\n" }), async (at) => {
      await at.write("inner/file", "x");
      at.git("init", "--quiet", "inner");
      await at.write("a.txt", "two\n");
    });
    expect(filesOf(result).map(({ path }) => path)).toContain("a.txt");
  });

  it("takes what setup made for given, and not for work", async () => {
    const { result } = await play(await makeCheckout({}), (at) => at.write("mine.txt", "x\n"), {
      setup: ["mkdir -p deps && echo lib > deps/lib.js"],
    });
    expect(filesOf(result).map(({ path }) => path)).toEqual(["mine.txt"]);
  });

  it("does not even pack more than a hand-over may hold", async () => {
    const { result } = await play(await makeCheckout({}), (at) =>
      at.write("big.bin", new Uint8Array(4 * 1024 * 1024 + 1)),
    );
    expect(result).toMatchObject({ outcome: "failed", commits: [] });
    expect(result.summary).toContain("4194304 are the limit");
  });
});

describe("what is handed over", () => {
  it("passes the checks of the pass, and the verify job makes the same tree of it", async () => {
    const files = { "a.txt": "one\n", "old.txt": "o\n", "dir/file": "f\n" };
    const checkout = await makeCheckout(files);
    const { job, bytes } = await play(
      checkout,
      async (at) => {
        await at.write("a.txt", "two\n");
        await at.write("we \"ird/na'me.sh", "#!/bin/sh\nexit 0\n");
        await at.write("i.png", new Uint8Array([0, 255, 1]));
        await unlink(join(at.folder, "old.txt"));
        await rm(join(at.folder, "dir"), { recursive: true });
        await at.write("dir", "now a file\n");
      },
      {
        writes: [{ path: "**", source: "declared" }],
        verify: ["grep -q two a.txt", 'test -x "we \\"ird/na\'me.sh"'],
      },
    );
    expect(check(job, bytes)).toMatchObject({ ok: true, handOver: { verify: [{ code: 0 }, { code: 0 }] } });

    const other = await makeCheckout(files);
    other.git("fetch", "--quiet", checkout.folder, job.headSha);
    other.git("checkout", "--quiet", "--detach", job.headSha);
    const green = await verify(
      { ...machine, ...quiet },
      { checkout: other.folder, env: other.env, handedOver: { job, result: bytes } },
    );
    expect(green).toBe(true);
    expect(other.git("status", "--porcelain")).toBe("");
    checkout.git("add", "--all");
    expect(other.git("rev-parse", "HEAD^{tree}")).toBe(checkout.git("write-tree"));
    expect(other.git("log", "-1", "--format=%s")).toBe("Implement unit 3: Parse durations");
  });

  it("holds the tail of the command that was red, and stops there", async () => {
    const { result } = await play(await makeCheckout({}), (at) => at.write("a.txt", "x"), {
      verify: ["true", "printf '\\033[31mnot ok\\033[0m 1\\n'; exit 7", "touch later"],
    });
    expect(result).toMatchObject({
      verify: [
        { command: "true", code: 0 },
        { code: 7, tail: "not ok 1" },
      ],
    });
  });

  it("holds the tail of a command that prints more than a string can hold", async () => {
    const much = new Uint8Array(64 * 1024 * 1024).fill("x".charCodeAt(0));
    const processes: Processes = {
      run: async ({ onOutput }) => {
        for (let at = 0; at < 9; at++) onOutput?.("stdout", much);
        onOutput?.("stderr", new TextEncoder().encode("\nnot ok\n"));
        const nothing = new Uint8Array();
        return { code: 1, signal: null, stdout: nothing, stderr: nothing, timedOut: false };
      },
    };
    const checkout = await makeCheckout({});
    const { result } = await play(checkout, (at) => at.write("a.txt", "x"), {
      verify: ["test"],
      ports: { processes },
    });
    expect(result).toMatchObject({ outcome: "completed", verify: [{ code: 1 }] });
    expect("verify" in result && result.verify[0]!.tail).toMatch(/^x+\nnot ok$/);
    expect(filesOf(result)).toHaveLength(1);
  });

  it("runs setup again after the agent when it was red before", async () => {
    const { result } = await play(await makeCheckout({}), (at) => at.write("ready", "x"), {
      setup: ["test -e ready"],
      verify: ["true"],
    });
    expect(result).toMatchObject({
      verify: [
        { command: "test -e ready", code: 0 },
        { command: "true", code: 0 },
      ],
    });
  });

  it("is handed over when the deadline cuts the agent off", async () => {
    const checkout = await makeCheckout({});
    const begun = Promise.withResolvers<void>();
    const agent: Agent = {
      work: async ({ signal }) => {
        await checkout.write("half.txt", "x");
        begun.resolve();
        if (!signal.aborted) await once(signal, "abort");
        return plainAnswer("completed", "Done?");
      },
    };
    const clock = {
      now: machine.clock.now,
      // The agent's time is over once it has begun, the check's never.
      sleep: (ms: number) => (ms === LIMITS.minutes * 60_000 ? begun.promise : new Promise<void>(() => {})),
    };
    const { result } = await play(checkout, agent, { ports: { clock } });
    expect(result).toMatchObject({ outcome: "timed_out", commits: [{ files: [{ path: "half.txt" }] }] });
  });

  it.each<{
    what: string;
    agent: (at: Checkout, cancel: () => void) => Agent;
    files: string[];
    says: RegExp;
  }>([
    {
      what: "while the agent works",
      agent: (at, cancel) => ({
        work: async ({ signal }) => {
          await at.write("half.txt", "x");
          cancel();
          signal.throwIfAborted();
          return plainAnswer("completed", "Done.");
        },
      }),
      files: ["half.txt"],
      says: /^The job was cancelled/,
    },
    {
      what: "by an agent that has its own word on how it was ended",
      agent: (at, cancel) => ({
        work: async () => {
          await at.write("half.txt", "x");
          cancel();
          return plainAnswer("failed", "bash ended with a signal.");
        },
      }),
      files: ["half.txt"],
      says: /^The job was cancelled/,
    },
    {
      what: "while its program is put in place",
      agent: (_, cancel) => ({
        prepare: async (signal) => {
          cancel();
          signal.throwIfAborted();
        },
        work: () => Promise.reject(new Error("it began")),
      }),
      files: [],
      says: /^The job was cancelled/,
    },
  ])("is what was done by then where the job is cancelled $what; nothing more is run", async (given) => {
    const checkout = await makeCheckout({});
    const job = new AbortController();
    const agent = given.agent(checkout, () => job.abort());
    const { result } = await play(checkout, agent, {
      verify: ["touch verified.txt"],
      ports: { cancelled: job.signal },
    });
    expect(result).toMatchObject({
      outcome: "timed_out",
      summary: expect.stringMatching(given.says),
      verify: [],
    });
    expect(filesOf(result).map(({ path }) => path)).toEqual(given.files);
    expect(await machine.files.read(join(checkout.folder, "verified.txt"))).toBeNull();
  });

  it("counts setup as the agent's time, and hands over without a check that had no time to end", async () => {
    const checkout = await makeCheckout({});
    const agent: Agent = {
      work: async ({ signal }) => {
        await checkout.write("half.txt", signal.aborted ? "no time" : "time");
        return plainAnswer("completed", "Done?");
      },
    };
    const sleeps: number[] = [];
    const begun = Promise.withResolvers<void>();
    const late = {
      // The agent's time is over at once, the check's when its second command has begun.
      clock: {
        now: machine.clock.now,
        sleep: async (ms: number) => {
          sleeps.push(ms / 60_000);
          if (sleeps.length > 1) await begun.promise;
        },
      },
      echo: (chunk: Uint8Array) => {
        if (new TextDecoder().decode(chunk).startsWith("$ sleep 61")) begun.resolve();
      },
    };
    const job = { limits: LIMITS, setup: ["sleep 60"], verify: ["true", "sleep 61"] };
    const { result } = await play(checkout, agent, { ...job, ports: late });
    expect(sleeps).toEqual([50, 55]);
    expect(result).toMatchObject({
      outcome: "timed_out",
      commits: [{ files: [{ path: "half.txt", content: "no time" }] }],
      verify: [{ command: "true", code: 0 }],
    });
  });

  it.each([
    ["an agent that breaks", new Error("no route to host"), "infra"],
    ["a mistake of the user", new UserError({ what: "No", why: "way", fix: "Stop." }), "blocked"],
  ])("%s is %s", async (_, error, outcome) => {
    const { result } = await play(await makeCheckout({}), { work: () => Promise.reject(error) });
    expect(result).toMatchObject({ outcome, commits: [] });
  });

  it("of a reviewer is a review, whatever that reviewer changed", async () => {
    const checkout = await makeCheckout({});
    const agent: Agent = {
      work: async () => {
        await checkout.write("x", "y");
        return readAnswer({
          outcome: "completed",
          summary: "Hm.",
          findings: [{ severity: "major", summary: "Wrong", path: "a", line: 1 }],
        });
      },
    };
    const { result, done } = await play(checkout, agent, {
      role: "review",
      reviewer: "correctness",
      setup: ["exit 1"],
    });
    expect(result).toMatchObject({ verdict: "fail", findings: [{ severity: "major", criterion: null }] });
    expect(done.changed).toBe(false);
  });
});

describe("a planner", () => {
  const proposal = { units: [{ id: "1", writes: [], dependsOn: [] }] };
  it.each<[string, object, object]>([
    ["hands over what it proposes", { outcome: "completed", proposal }, { outcome: "completed", proposal }],
    ["has failed where it proposes nothing", { outcome: "completed" }, { outcome: "failed" }],
    [
      "has failed where its proposal has not its form",
      { outcome: "completed", proposal: { units: [{ id: "1", more: true }] } },
      { outcome: "failed", summary: expect.stringContaining("proposal.units.0") as string },
    ],
  ])("%s, and no files", async (_, answer, expected) => {
    const checkout = await makeCheckout({});
    const agent: Agent = {
      work: async () => {
        await checkout.write("a.txt", "not asked for\n");
        return readAnswer(answer);
      },
    };
    const { result, done } = await play(checkout, agent, { role: "plan", setup: ["exit 1"] });
    expect(result).toMatchObject({ ...expected, commits: [], verify: [] });
    expect("proposal" in result).toBe("proposal" in expected);
    expect(done.changed).toBe(false);
  });
});

describe("a self-check", () => {
  /** Its k-th turn writes k; what it was told is kept. */
  function steadyAgent(checkout: Checkout, outcomes: readonly ("completed" | "needs_info")[] = []) {
    const briefs: string[] = [];
    const agent: Agent = {
      work: async ({ brief }) => {
        briefs.push(brief);
        await checkout.write("turn.txt", `${briefs.length}\n`);
        return plainAnswer(outcomes[briefs.length - 1] ?? "completed", `Turn ${briefs.length}.`);
      },
    };
    return { agent, briefs };
  }
  const greenAt = (turn: number): string[] => [
    "true",
    `echo "turn $(cat turn.txt)"; grep -qx ${turn} turn.txt`,
  ];
  const command = { backend: "command" } as const;

  it.each([
    ["green at once: nothing more", 1, 0, 0],
    ["mended in the first round", 2, 1, 0],
    ["mended in the third", 4, 3, 0],
    ["never: handed over as it is", 9, 3, 1],
  ])("%s", async (...[, turn, rounds, code]) => {
    const checkout = await makeCheckout({});
    const { agent, briefs } = steadyAgent(checkout);
    const { result } = await play(checkout, agent, { ...command, verify: greenAt(turn) });
    expect(result).toMatchObject({
      outcome: "completed",
      selfChecks: rounds,
      verify: [{ code: 0 }, { code, tail: `turn ${rounds + 1}` }],
    });
    expect(filesOf(result)).toEqual([{ path: "turn.txt", mode: "100644", content: `${rounds + 1}\n` }]);
    expect(briefs).toHaveLength(rounds + 1);
  });

  it("tells the agent which command is red and how it ended, and nothing of earlier rounds", async () => {
    const checkout = await makeCheckout({});
    const { agent, briefs } = steadyAgent(checkout);
    const { result } = await play(checkout, agent, { ...command, verify: greenAt(3) });
    expect(briefs[0]).toBe("");
    expect(briefs[2]).toContain("## Self-check 2 of 3: red");
    expect(briefs[2]).toContain("grep -qx 3 turn.txt");
    expect(briefs[2]).toContain("turn 2\n");
    expect(briefs[2]).not.toContain("turn 1\n");
    expect(result.summary).toBe("Turn 1.\n\nThen: Turn 2.\n\nThen: Turn 3.");
  });

  it.each<[string, Partial<Job>, readonly ("completed" | "needs_info")[], number]>([
    ["a script, which would only do the same again", { backend: "playbook" }, [], 1],
    ["an agent that has a question", command, ["needs_info"], 1],
    ["one that comes to have a question", command, ["completed", "needs_info"], 2],
  ])("is not for %s", async (...[, job, outcomes, turns]) => {
    const checkout = await makeCheckout({});
    const { agent, briefs } = steadyAgent(checkout, outcomes);
    const { result } = await play(checkout, agent, { ...job, verify: greenAt(9) });
    expect(briefs).toHaveLength(turns);
    expect(result).toMatchObject({ outcome: outcomes.at(-1) ?? "completed", selfChecks: turns - 1 });
  });

  it("begins no round when the agent's time is over", async () => {
    const checkout = await makeCheckout({});
    const { agent, briefs } = steadyAgent(checkout);
    const late = Promise.withResolvers<void>();
    let sleeps = 0;
    const ports = {
      // The agent's time is over while its first work is verified, the check's never.
      clock: {
        now: machine.clock.now,
        sleep: async (_: number, signal?: AbortSignal) =>
          sleeps++ === 0 ? late.promise : machine.clock.sleep(60_000, signal),
      },
      echo: () => late.resolve(),
    };
    const { result } = await play(checkout, agent, { ...command, verify: greenAt(9), ports });
    expect(briefs).toHaveLength(1);
    expect(result).toMatchObject({ outcome: "completed", selfChecks: 0, verify: [{ code: 0 }, { code: 1 }] });
  });

  it("hands over nothing that the commands made, changed or deleted, and leaves what git ignores", async () => {
    const checkout = await makeCheckout({ "a.txt": "one\n", "b.txt": "b\n", ".gitignore": "cache/\n" });
    const { agent } = steadyAgent(checkout);
    const mess =
      "mkdir -p cache out; test ! -e cache/x || touch cache/seen; touch cache/x; echo o > out/o.txt; echo two > a.txt; rm -f b.txt";
    const { result } = await play(checkout, agent, { ...command, verify: [mess, ...greenAt(3)] });
    expect(result).toMatchObject({ selfChecks: 2 });
    expect(filesOf(result)).toEqual([{ path: "turn.txt", mode: "100644", content: "3\n" }]);
    expect(await checkout.read("cache/seen")).toBe("");
  });

  it("of an agent that takes all its work back has nothing left to verify", async () => {
    const checkout = await makeCheckout({});
    let turn = 0;
    const agent: Agent = {
      work: async () => {
        if (turn++ === 0) await checkout.write("a.txt", "x");
        else await unlink(join(checkout.folder, "a.txt"));
        return plainAnswer("completed", "Done.");
      },
    };
    const { result } = await play(checkout, agent, { ...command, verify: ["false"] });
    expect(result).toMatchObject({ outcome: "no_change", commits: [], verify: [], selfChecks: 1 });
  });
});

const config = (text: string) => ({ ".github/roundtable.yml": `version: 1\n${text}` });
const judge = (checkout: Checkout) =>
  verify({ ...machine, ...quiet }, { checkout: checkout.folder, env: checkout.env, handedOver: null });

describe("verify", () => {
  it.each([
    { what: "green commands", files: config("verify: ['true']\n"), green: true },
    { what: "a red one", files: config("verify: ['true', 'exit 3']\n"), green: false },
    { what: "a red setup", files: config("setup: ['false']\nverify: ['true']\n"), green: false },
    { what: "a pipe that breaks", files: config("verify: ['false | true']\n"), green: false },
    {
      what: "the commands of all types",
      files: config("verify: { code: ['true'], docs: ['false'] }\n"),
      green: false,
    },
    { what: "no commands", files: config("setup: ['false']\n"), green: true },
    { what: "no configuration", files: {}, green: true },
  ])("of a checkout with $what: $green", async ({ files, green }) => {
    expect(await judge(await makeCheckout(files))).toBe(green);
  });

  it("stops for a configuration with a mistake", async () => {
    await expect(judge(await makeCheckout(config("verfy: []\n")))).rejects.toThrow('Did you mean "verify"?');
  });

  it.each([
    ["of another attempt", { nonce: "old" }, "not of this attempt"],
    ["into the spec", { spec: "a.txt" }, "part of the spec"],
  ])("runs nothing of a hand-over %s", async (_, change, says) => {
    const checkout = await makeCheckout({});
    const { job, bytes } = await play(checkout, (at) => at.write("a.txt", "x"));
    const verified = verify(
      { ...machine, ...quiet },
      {
        checkout: checkout.folder,
        env: checkout.env,
        handedOver: { job: { ...job, ...change, verify: ["touch ran"] }, result: bytes },
      },
    );
    await expect(verified).rejects.toThrow(says);
    expect(await machine.files.read(join(checkout.folder, "ran"))).toBeNull();
  });

  it("runs no hook when it makes the commits", async () => {
    const checkout = await makeCheckout({});
    const { job, bytes } = await play(checkout, (at) => at.write("a.txt", "x"));
    checkout.git("clean", "--quiet", "--force");
    for (const hook of ["post-checkout", "reference-transaction", "post-index-change"]) {
      await checkout.write(`.git/hooks/${hook}`, "#!/bin/sh\ntouch trapped\n");
      await chmod(join(checkout.folder, `.git/hooks/${hook}`), 0o755);
    }
    expect(
      await verify(
        { ...machine, ...quiet },
        { checkout: checkout.folder, env: checkout.env, handedOver: { job, result: bytes } },
      ),
    ).toBe(true);
    expect(await machine.files.list(checkout.folder)).toEqual([".git", "a.txt"]);
  });
});

it("lets no token, input or runner variable through to branch code", () => {
  const names = [
    "GITHUB_TOKEN",
    "ACTIONS_RUNTIME_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "INPUT_TOKEN",
    "GITHUB_OUTPUT",
    "GITHUB_ENV",
    "RUNNER_TEMP",
    "ANTHROPIC_API_KEY",
    "NODE_OPTIONS",
    "LD_PRELOAD",
    "BASH_ENV",
  ];
  const all = Object.fromEntries([...names, "PATH", "HOME"].map((name) => [name, "x"]));
  expect(Object.keys(allowedEnvironment(all)).toSorted()).toEqual(["CI", "HOME", "PATH"]);
});

function check(job: Job, bytes: Uint8Array) {
  const writes = job.writes.map(({ path }) => path);
  return checkHandOver({
    bytes,
    expected: job,
    rules: { protectedPaths: [], specPath: job.spec, writes: writes.length > 0 ? writes : null },
    ground: null,
  });
}

describe("an agent that asks a model", () => {
  const SPENT: ModelUse = {
    model: "m-1",
    tokens: { input: 900, output: 80, cachedRead: 500, cachedWrite: 0 },
    usd: 1.5,
    isEstimate: false,
    hasAsked: true,
    isRefused: false,
  };
  const price = { input: 1, output: 2 };
  const told = { model: "told", input: 1, output: 1, cached: 0, usd: 9 };

  /** A proxy that counts as it is told, and what was asked of it. */
  function counting(use: Partial<ModelUse> = {}) {
    const seen: { route?: ModelRoute; closed: boolean } = { closed: false };
    const proxy: ModelProxy = {
      open: (route) => {
        seen.route = route;
        return Promise.resolve({
          access: { origin: "http://127.0.0.1:1", token: "t0" },
          used: () => ({ ...SPENT, ...use }),
          close: () => Promise.resolve(void (seen.closed = true)),
        });
      },
    };
    return { proxy, seen };
  }
  const asking = (checkout: Checkout, seen: { closed: boolean }): Agent => ({
    work: async ({ model, env }) => {
      expect([model, seen.closed, Object.values(env).includes("sk-1")]).toEqual([
        { origin: "http://127.0.0.1:1", token: "t0" },
        false,
        false,
      ]);
      await checkout.write("a.txt", "two\n");
      return { ...plainAnswer("completed", "Done."), usage: told };
    },
  });
  const job = { backend: "claude", model: "m-1", price, limits: { ...LIMITS, usd: 2 } } as const;
  const secrets = { ANTHROPIC_API_KEY: "sk-1" };

  it("does so by the proxy, which gets the key and the ceiling; what that counts is handed over", async () => {
    const checkout = await makeCheckout({ "a.txt": "one\n" });
    const { proxy, seen } = counting();
    const { result } = await play(checkout, asking(checkout, seen), { ...job, secrets, ports: { proxy } });
    expect(seen).toEqual({
      closed: true,
      route: { dialect: "anthropic", origin: "https://api.anthropic.com", key: "sk-1", price, cap: 2 },
    });
    expect(result.outcome).toBe("completed");
    expect(result.usage).toEqual({ model: "m-1", input: 900, output: 80, cached: 500, usd: 1.5 });
  });

  it.each<[what: string, use: Partial<ModelUse>, usage: object]>([
    ["nothing, when it asked nothing there: its own word holds", { model: null, hasAsked: false }, told],
    ["of a request that names no model", { model: null }, { input: 900, usd: 1.5 }],
    ["tokens without a price: its own money holds", { usd: null }, { input: 900, usd: 9 }],
    ["by length: that is marked", { isEstimate: true }, { usd: 1.5, isEstimate: true }],
  ])("is handed over with what the proxy counted: %s", async (_, use, usage) => {
    const checkout = await makeCheckout({ "a.txt": "one\n" });
    const { proxy, seen } = counting(use);
    const { result } = await play(checkout, asking(checkout, seen), { ...job, secrets, ports: { proxy } });
    expect(result.usage).toMatchObject(usage);
  });

  it("is blocked once it was refused at its ceiling, and what it did is kept", async () => {
    const checkout = await makeCheckout({ "a.txt": "one\n" });
    const { proxy, seen } = counting({ usd: 2.1, isRefused: true });
    const { result } = await play(checkout, asking(checkout, seen), { ...job, secrets, ports: { proxy } });
    expect(result).toMatchObject({
      outcome: "blocked",
      summary: "It was stopped at its ceiling of 2 USD. Done.",
      usage: { usd: 2.1, isAtCap: true },
    });
    expect(filesOf(result)).toHaveLength(1);
  });

  it.each([{}, { ANTHROPIC_API_KEY: " " }, { OPENAI_API_KEY: "sk-1" }])(
    "does not begin where its key is not set, and a person is told which and where (%j)",
    async (without) => {
      const checkout = await makeCheckout({ "a.txt": "one\n" });
      const agent: Agent = { work: () => Promise.reject(new Error("it was started")) };
      const { result } = await play(checkout, agent, { ...job, secrets: without });
      expect(result.outcome).toBe("blocked");
      expect(result.summary).toContain("The secret ANTHROPIC_API_KEY is not set");
      expect(result.summary).toContain("`ANTHROPIC_API_KEY: ${{ secrets.ANTHROPIC_API_KEY }}`");
    },
  );

  it("closes the line, and hands over what was used, when the measuring itself goes wrong", async () => {
    const checkout = await makeCheckout({ "a.txt": "one\n" });
    const { proxy, seen } = counting();
    const processes = { run: () => Promise.reject(new Error("no git")) };
    const ports = { proxy, wrapper: { ...wrapperOf(checkout), processes } };
    const { result } = await play(checkout, asking(checkout, seen), { ...job, secrets, ports });
    expect(result).toMatchObject({ outcome: "infra", summary: "no git", commits: [] });
    expect(seen.closed).toBe(true);
  });
});
