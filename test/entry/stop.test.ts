/** `local` as a process: looked at, stopped by Ctrl-C, killed, and gone on with by the same command. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { commandLine } from "../../src/entry/command-line.ts";
import type { LocalReport } from "../../src/entry/local/report.ts";
import { git, onlooker, repositoryWith, ROOT, temporary } from "../support/local-run.ts";

/** Notes its process, then waits for the file `go` before it writes a.txt and answers. */
const AGENT = `
import { appendFileSync, existsSync, watch, writeFileSync } from "node:fs";
const folder = process.argv[2];
const answer = () => {
  if (!existsSync(folder + "/go")) return;
  writeFileSync("a.txt", "a\\n");
  console.log(JSON.stringify({ outcome: "completed", summary: "Written", verdict: "pass", findings: [] }));
  process.exit(0);
};
watch(folder, answer);
appendFileSync(folder + "/pids", process.pid + "\\n");
answer();
`;
const CLI = join(ROOT, "src/entry/cli.ts");
const AT_WORK = "1. Write [in progress implement 1]";

let folder: ReturnType<typeof temporary>;
let out: string;
let command: string[];
let env: Record<string, string>;
const started: ChildProcess[] = [];

beforeEach(() => {
  folder = temporary();
  const from = join(folder.path, "spec");
  const signs = join(folder.path, "signs");
  for (const path of [from, signs]) mkdirSync(path);
  writeFileSync(join(from, "tasks.md"), "- [ ] 1. Write\n  - _writes: a.txt_\n");
  writeFileSync(join(folder.path, "agent.mjs"), AGENT);
  out = join(folder.path, "out");
  env = { PATH: process.env["PATH"]!, HOME: folder.path };
  const program = `${process.execPath} ${join(folder.path, "agent.mjs")} ${signs}`;
  const spec = repositoryWith(join(folder.path, "repo"), { from, name: "x" });
  command = ["local", spec, "--out", out, "--agent", "command", "--command", program];
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  for (const pid of agents()) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  folder.done();
});

const agents = (): number[] => {
  const file = join(folder.path, "signs/pids");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean).map(Number) : [];
};

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** As another program says it, here without a process of its own. */
async function roundtable(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const { terminal, lines, printed } = onlooker({ cwd: folder.path, env });
  const code = await commandLine(args, terminal);
  return { status: code, stdout: printed.join("\n"), stderr: lines.join("\n") };
}

async function status(): Promise<LocalReport> {
  const shown = await roundtable("status", "--out", out, "--json");
  expect(shown.status).toBe(0);
  return JSON.parse(shown.stdout) as LocalReport;
}

/** Started, and its agent at work. */
async function underWay(): Promise<{
  child: ChildProcess;
  closed: Promise<unknown[]>;
  said: { out: string; err: string };
}> {
  const before = agents().length;
  const child = spawn(process.execPath, [CLI, ...command, "--yes"], { cwd: folder.path, env });
  started.push(child);
  const closed = once(child, "close");
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.out += String(chunk)));
  child.stderr.on("data", (chunk: Buffer) => (said.err += String(chunk)));
  await expect.poll(() => agents().length, { timeout: 60_000 }).toBeGreaterThan(before);
  await expect.poll(() => said.err, { timeout: 60_000 }).toContain(AT_WORK);
  return { child, closed, said };
}

it("goes on after Ctrl-C and after SIGKILL, and status tells how it stands all the while", async () => {
  expect(await roundtable(...command)).toMatchObject({ status: 2, stdout: expect.stringContaining("--yes") });
  expect(await status()).toMatchObject({ outcome: "decision" });

  const first = await underWay();
  expect(await status()).toMatchObject({ outcome: "running", units: [{ phase: "in_progress" }] });
  expect(await roundtable(...command)).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(`^A run is under way in this folder: process ${first.child.pid} holds .*$`),
  });
  first.child.kill("SIGINT");
  expect(await first.closed).toEqual([1, null]);
  expect(first.said.err).toContain("Stopping. The same command goes on later");
  expect(first.said.out).toMatch(/halted: interrupted.*\nGo on: the same command\n/);
  expect(first.said.err + first.said.out).not.toMatch(/^\s+at /m);
  expect(existsSync(join(out, "roundtable.lock"))).toBe(false);
  await expect.poll(() => agents().map(isAlive), { timeout: 60_000 }).toEqual([false]);
  expect(await status()).toMatchObject({ outcome: "halted", reason: "interrupted" });

  const second = await underWay();
  second.child.kill("SIGKILL");
  expect(await second.closed).toEqual([null, "SIGKILL"]);
  expect(existsSync(join(out, "roundtable.lock"))).toBe(true);
  expect(await status()).toMatchObject({ outcome: "halted", reason: "interrupted" });

  writeFileSync(join(folder.path, "signs/go"), "");
  const third = await roundtable(...command, "--yes", "--json");
  expect({ status: third.status, stderr: third.stderr }).toMatchObject({ status: 0 });
  const report = JSON.parse(third.stdout) as LocalReport;
  expect(report).toMatchObject({ outcome: "complete", run: { id: 1 }, units: [{ phase: "completed" }] });
  expect(await status()).toEqual(report);
  expect(existsSync(join(out, "roundtable.lock"))).toBe(false);
  const { repository } = report.paths;
  expect(git(repository, "show", `${report.run!.integrationBranch}:a.txt`)).toBe("a");
  expect(git(repository, "for-each-ref", "--format=%(refname)", "refs/roundtable-ended")).toBe(
    "refs/roundtable-ended/1",
  );
}, 240_000);

it("a second Ctrl-C leaves at once, and takes the agent along", async () => {
  const { child, closed, said } = await underWay();
  child.kill("SIGINT");
  await expect.poll(() => said.err, { timeout: 60_000 }).toContain("Stopping.");
  child.kill("SIGINT");
  // After the first it may be gone before the second.
  expect((await closed)[0]).toBe(1);
  await expect.poll(() => agents().map(isAlive), { timeout: 60_000 }).toEqual([false]);
  expect(await status()).toMatchObject({ outcome: "halted", reason: "interrupted" });
}, 240_000);
