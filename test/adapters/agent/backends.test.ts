import { symlink } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { commandAgent } from "../../../src/adapters/agent/command.ts";
import { playbookAgent } from "../../../src/adapters/agent/playbook.ts";
import { practiceAgent } from "../../../src/adapters/agent/practice.ts";
import { machine } from "../../../src/adapters/system/machine.ts";
import type { Job } from "../../../src/domain/handover/job.ts";
import { aJob, makeCheckout, quiet, type Checkout } from "../../support/checkout.ts";

const signal = new AbortController().signal;
const requestFor = (checkout: Checkout, job: Partial<Job>) => ({
  brief: "# brief\n",
  job: aJob(job),
  checkout: checkout.folder,
  env: checkout.env,
  model: null,
  signal,
});

const book = (entry: string): string => `version: 1\nunits: { "3": { implement: [${entry}] } }\n`;
const script = (body: string) => ({ "agent.sh": `#!/bin/bash\n${body}\n` });

describe("practice", () => {
  const agent = practiceAgent(machine);
  const LINE = "// Practice run 12, unit 3: implement 1.";

  it.each([
    { what: "a file with a last line end", content: "one\ntwo\n", after: `one\ntwo\n${LINE}\n` },
    { what: "a file without", content: "one\ntwo", after: `one\ntwo\n${LINE}\n` },
    { what: "one line", content: "one\n", after: `one\n${LINE}\n` },
    { what: "an empty file", content: "", after: `${LINE}\n` },
    { what: "Windows line ends", content: "one\r\ntwo\r\n", after: `one\r\ntwo\r\n${LINE}\n` },
    { what: "a file that is not there", content: null, after: `${LINE}\n` },
  ])("appends a line to $what", async ({ content, after }) => {
    const checkout = await makeCheckout(content === null ? {} : { "src/a b.ts": content });
    const answer = await agent.work(
      requestFor(checkout, { writes: [{ path: "src/a b.ts", source: "declared" }] }),
    );
    expect(answer.outcome).toBe("completed");
    expect(await checkout.read("src/a b.ts")).toBe(after);
    expect(checkout.git("status", "--porcelain").split("\n")).toHaveLength(1);
  });

  it.each([
    {
      what: "both sides of a conflict",
      marked: "<<<<<<< landed\na\n=======\nb\n>>>>>>> this-unit\nc\n",
      after: "a\nb\nc\n",
    },
    {
      what: "and not their past",
      marked: "<<<<<<< x\na\n||||||| p\nold\n=======\nb\n>>>>>>> y",
      after: "a\nb",
    },
  ])("keeps $what", async ({ marked, after }) => {
    const checkout = await makeCheckout({ "src/a b.txt": "a\n" });
    await checkout.write("src/a b.txt", marked);
    await checkout.write("new.txt", marked);
    expect(await agent.work(requestFor(checkout, { role: "resolve" }))).toMatchObject({
      outcome: "completed",
    });
    expect(await checkout.read("src/a b.txt")).toBe(after);
    expect(await checkout.read("new.txt")).toBe(after);
  });

  it("passes a binary file over, and a link, without following it", async () => {
    const checkout = await makeCheckout({ "src/bin.ts": "a\0b" });
    checkout.git("config", "core.symlinks", "true");
    await symlink("/etc/hostname", `${checkout.folder}/src/link.ts`);
    checkout.git("add", "--all");
    checkout.git("commit", "--quiet", "--message=link");
    const writes = ["src/bin.ts", "src/link.ts"].map((path) => ({ path, source: "declared" as const }));
    expect(await agent.work(requestFor(checkout, { writes }))).toMatchObject({ outcome: "completed" });
    expect(checkout.git("status", "--porcelain", "--untracked-files=all")).toBe("?? practice/unit-3.md");
  });

  it("reviews without reading, and says so", async () => {
    const checkout = await makeCheckout({});
    const answer = await agent.work(requestFor(checkout, { role: "review", reviewer: "correctness" }));
    expect(answer).toMatchObject({
      outcome: "completed",
      verdict: "pass",
      findings: [],
      summary: "Scripted review: no model read this.",
    });
  });
});

describe("playbook", () => {
  const agent = playbookAgent(machine);
  const PATCH = "diff --git a/a.js b/a.js\n--- a/a.js\n+++ b/a.js\n@@ -1 +1 @@\n-one\n+two\n";
  const spec = ".kiro/specs/x";

  it("applies the patch of its turn", async () => {
    const checkout = await makeCheckout({
      "a.js": "one\n",
      [`${spec}/playbook.yml`]: book("{ patch: 3.patch, summary: Done. }"),
      [`${spec}/3.patch`]: PATCH,
    });
    expect(await agent.work(requestFor(checkout, {}))).toMatchObject({
      outcome: "completed",
      summary: "Done.",
    });
    expect(await checkout.read("a.js")).toBe("two\n");
    expect(await agent.work(requestFor(checkout, { turn: 2 }))).toMatchObject({ outcome: "failed" });
  });

  it.each([
    {
      what: "a patch that does not apply",
      files: { "a.js": "three\n", [`${spec}/3.patch`]: PATCH },
      says: "does not apply",
    },
    { what: "a patch that is not there", files: { "a.js": "one\n" }, says: "is not in" },
    {
      what: "a patch out of the repository",
      files: { [`${spec}/3.patch`]: PATCH.replaceAll("a.js", "../out.js") },
      says: "does not apply",
    },
  ])("fails with a reason for $what", async ({ files, says }) => {
    const checkout = await makeCheckout({
      [`${spec}/playbook.yml`]: book("{ patch: 3.patch }"),
      ...files,
    });
    const answer = await agent.work(requestFor(checkout, {}));
    expect(answer.outcome).toBe("failed");
    expect(answer.summary).toContain(says);
    expect(checkout.git("status", "--porcelain")).toBe("");
  });

  it.each([
    { what: "no playbook", files: {}, says: "There is no playbook" },
    {
      what: "a mistake",
      files: { [`${spec}/playbook.yml`]: "version: 1\nunit: {}\n" },
      says: 'playbook.yml:2:1: error: Unknown key "unit"',
    },
    {
      what: "a patch outside of the spec",
      files: { [`${spec}/playbook.yml`]: book("{ patch: ../../../x.patch }") },
      says: "outside the spec's folder",
    },
  ])("stops for $what", async ({ files, says }) => {
    const checkout = await makeCheckout(files);
    await expect(agent.work(requestFor(checkout, {}))).rejects.toThrow(says);
  });
});

describe("command", () => {
  const agent = commandAgent({ ...machine, echo: quiet.echo });
  const command = "./agent.sh one two";

  it("gets the brief on stdin, its arguments, the checkout, and no more of the environment", async () => {
    const checkout = await makeCheckout(
      script('cat > got; echo "$@" >> got; pwd >> got; env | cut -d= -f1 | sort | tr "\\n" " " >> got'),
    );
    await agent.work(requestFor(checkout, { command }));
    const [brief, args, where, names] = (await checkout.read("got")).split("\n");
    expect([brief, args, where]).toEqual(["# brief", "one two", checkout.folder]);
    expect(
      names
        ?.trim()
        .split(" ")
        .filter((name) => !["_", "PWD", "SHLVL", "OLDPWD"].includes(name)),
    ).toEqual(Object.keys(checkout.env).toSorted());
  });

  it.each([
    {
      what: "the last JSON line",
      body: `echo '{"outcome":"failed"}'; echo '{"outcome":"needs_info","questions":["Which?"]}'; echo bye`,
      role: "implement",
      outcome: "needs_info",
    },
    {
      what: "its own outcome before the exit code",
      body: `echo '{"outcome":"completed"}'; exit 1`,
      role: "implement",
      outcome: "completed",
    },
    { what: "0 without an answer", body: "echo hello", role: "implement", outcome: "completed" },
    {
      what: "another code without an answer",
      body: "echo oops >&2; exit 4",
      role: "implement",
      outcome: "failed",
    },
    {
      what: "a JSON line that is no answer",
      body: `echo '{"level":"info"}'`,
      role: "implement",
      outcome: "completed",
    },
    { what: "a reviewer without an answer", body: "true", role: "review", outcome: "failed" },
    {
      what: "a reviewer with findings",
      body: `echo '{"outcome":"completed","findings":[{"severity":"major","summary":"x"}]}'`,
      role: "review",
      outcome: "completed",
    },
  ] as const)("$what: $outcome", async ({ body, role, outcome }) => {
    const checkout = await makeCheckout(script(body));
    expect(await agent.work(requestFor(checkout, { command, role }))).toMatchObject({ outcome });
  });

  it("says what is missing", async () => {
    const checkout = await makeCheckout({});
    await expect(agent.work(requestFor(checkout, { command: null }))).rejects.toThrow("has no command");
    await expect(agent.work(requestFor(checkout, { command: "no-such-program" }))).rejects.toThrow(
      "cannot be started",
    );
  });
});
