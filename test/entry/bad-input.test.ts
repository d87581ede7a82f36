/**
 * A user's mistake: one clear sentence, exit 1, no stack trace, nothing half-made left behind. Told by the command line
 * in this process; that the program itself passes all of it on is seen of a few.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatProblem } from "../../src/domain/problem.ts";
import { commandLine } from "../../src/entry/command-line.ts";
import { problemOf } from "../../src/entry/fault.ts";
import { onlooker, ROOT } from "../support/local-run.ts";

const TASKS = "- [ ] 1. Write\n  - _writes: a.txt_\n";
let folder: string;

/** A repository with these files in the spec's folder (or from the root, with a leading slash). */
function repository(
  name: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  isGit = true,
): string {
  const root = join(folder, name);
  for (const [path, content] of Object.entries(files)) {
    const file = path.startsWith("/") ? join(root, path) : join(root, ".kiro/specs/x", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  if (isGit) {
    execFileSync("git", ["init", "--quiet", "--initial-branch=main"], { cwd: root });
    execFileSync("git", ["add", "--all"], { cwd: root });
    execFileSync(
      "git",
      ["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "First"],
      { cwd: root },
    );
  }
  return root;
}

interface Given {
  cwd?: string;
  env?: Record<string, string>;
}

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

const environment = (change: Given["env"]): Record<string, string> => ({
  PATH: process.env["PATH"]!,
  HOME: folder,
  ...change,
});

async function roundtable(args: readonly string[], { cwd = folder, env }: Given = {}): Promise<Ended> {
  const { terminal, lines, printed } = onlooker({ cwd, env: environment(env) });
  const status = await commandLine(args, terminal);
  return { status, stdout: printed.join("\n"), stderr: lines.join("\n") };
}

/** As a process of its own. */
const program = (args: readonly string[], { cwd = folder, env }: Given = {}): Ended =>
  spawnSync(process.execPath, [join(ROOT, "src/entry/cli.ts"), ...args], {
    cwd,
    env: environment(env),
    encoding: "utf8",
  });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "roundtable-bad-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Row {
  name: string;
  files: Readonly<Record<string, string | Uint8Array>>;
  args?: readonly string[];
  isGit?: boolean;
  says: RegExp;
}

const ROWS: readonly Row[] = [
  {
    name: "no spec folder",
    files: { "tasks.md": TASKS },
    args: ["local", "nowhere"],
    says: /There is no spec at nowhere/,
  },
  { name: "no tasks.md", files: { "design.md": "x" }, says: /has no tasks\.md/ },
  { name: "an empty tasks.md", files: { "tasks.md": "" }, says: /no task in tasks\.md/ },
  { name: "not UTF-8", files: { "tasks.md": Uint8Array.of(0x2d, 0x20, 0xff, 0xfe) }, says: /UTF-8/ },
  {
    name: "a path that leaves the repository",
    files: { "tasks.md": TASKS },
    args: ["local", "../no-spec-folder/.kiro/specs/x", "--from", "."],
    says: /is not below \.: the path leaves the repository/,
  },
  {
    name: "no such --from",
    files: { "tasks.md": TASKS },
    args: ["local", ".kiro/specs/x", "--from", "elsewhere"],
    says: /no folder elsewhere/,
  },
  {
    name: "no git repository",
    files: { "tasks.md": TASKS },
    isGit: false,
    says: /lies in no git repository/,
  },
  {
    name: "an unknown agent",
    files: { "tasks.md": TASKS },
    args: ["local", ".kiro/specs/x", "--yes", "--agent", "nobody"],
    says: /no agent "nobody"/,
  },
  {
    name: "a malformed playbook",
    files: { "tasks.md": TASKS, "playbook.yml": "version: 1\nunits: {}\nhumans: {}\n" },
    says: /playbook\.yml:3:1: error: .*humans/,
  },
  {
    name: "an agent playbook without one",
    files: { "tasks.md": TASKS },
    args: ["local", ".kiro/specs/x", "--agent", "playbook"],
    says: /has nothing to play/,
  },
  {
    name: "a malformed config",
    files: { "tasks.md": TASKS, "/.github/roundtable.yml": "version: 1\nverfy: []\n" },
    says: /roundtable\.yml:2:1: error: .*verfy.*Did you mean "verify"/,
  },
  {
    name: "an unknown flag",
    files: { "tasks.md": TASKS },
    args: ["local", ".kiro/specs/x", "--fresk"],
    says: /unknown option '--fresk'/,
  },
  {
    name: "a port that is none",
    files: { "tasks.md": TASKS },
    args: ["local", ".kiro/specs/x", "--port", "99999"],
    says: /--port is no port/,
  },
  {
    name: "a profile that is none",
    files: { "tasks.md": TASKS },
    args: ["local", ".kiro/specs/x", "--profile", "reckless"],
    says: /`--profile` is safe, balanced or throughput/,
  },
  {
    name: "an option that would slip in another",
    files: { "tasks.md": TASKS },
    args: ["local", ".kiro/specs/x", "--max-parallel", "2 --dry-run"],
    says: /cannot be asked for with "2 --dry-run"/,
  },
  {
    name: "a comment that no run understands",
    files: { "tasks.md": TASKS },
    args: ["local", ".kiro/specs/x", "--say", "/orchestrate decide 1"],
    says: /would not understand.*decide d1 2/,
  },
  {
    name: "a command without its agent",
    files: { "tasks.md": TASKS },
    args: ["local", ".kiro/specs/x", "--command", "x"],
    says: /belong together/,
  },
];

describe("a user's mistake", () => {
  const given = ({ args }: Row): string[] => [
    ...(args ?? ["local", ".kiro/specs/x", "--yes"]),
    "--out",
    join(folder, "above/out"),
  ];

  it.each(ROWS)("$name", async (row) => {
    const root = repository(row.name.replaceAll(/\W+/g, "-"), row.files, row.isGit);
    const { status, stdout, stderr } = await roundtable(given(row), { cwd: root });
    expect(stderr).toMatch(row.says);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(existsSync(join(folder, "above"))).toBe(false);
  });

  it.each(ROWS.filter(({ name }) => ["an unknown flag", "a malformed config"].includes(name)))(
    "$name, with --json: one document",
    async (row) => {
      const root = repository(`json-${row.name.replaceAll(/\W+/g, "-")}`, row.files);
      const { status, stdout } = await roundtable([...given(row), "--json"], { cwd: root });
      expect(status).toBe(1);
      expect(JSON.parse(stdout)).toEqual({
        v: 1,
        outcome: "halted",
        error: { what: expect.any(String), why: expect.any(String), fix: expect.any(String) },
      });
    },
  );

  it.each([
    { name: "a malformed config", more: [] },
    { name: "an unknown flag", more: ["--json"] },
  ])("$name $more: the program says the same", async ({ name, more }) => {
    const row = ROWS.find((one) => one.name === name)!;
    const cwd = repository(`program-${name.replaceAll(/\W+/g, "-")}`, row.files);
    const args = [...given(row), ...more];
    const { status, stdout, stderr } = program(args, { cwd });
    expect({ status, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() }).toEqual(
      await roundtable(args, { cwd }),
    );
  });

  it("leaves the folders above the run's that others use too", async () => {
    const root = repository("above-used", { "tasks.md": "" });
    mkdirSync(join(folder, "used"));
    const { status } = await roundtable(["local", ".kiro/specs/x", "--out", "../used/above/out"], {
      cwd: root,
    });
    expect(status).toBe(1);
    expect(readdirSync(join(folder, "used"))).toEqual([]);
  });

  it("a port in use", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const root = repository("port", { "tasks.md": TASKS });
    const { status, stderr } = await roundtable(
      [
        "local",
        ".kiro/specs/x",
        "--yes",
        "--out",
        join(folder, "port-out"),
        "--port",
        String((server.address() as AddressInfo).port),
      ],
      { cwd: root },
    );
    server.close();
    expect(stderr).toMatch(/The port is in use/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(1);
  });

  it("git is missing", async () => {
    const root = repository("no-git", { "tasks.md": TASKS });
    const { status, stderr } = await roundtable(["local", ".kiro/specs/x", "--yes"], {
      cwd: root,
      env: { PATH: join(folder, "empty") },
    });
    expect(stderr).toMatch(/The program git was not found/);
    expect(status).toBe(1);
  });

  it("a folder that cannot be written", async () => {
    const root = repository("read-only", { "tasks.md": TASKS });
    const file = join(folder, "a-file");
    writeFileSync(file, "");
    chmodSync(file, 0o400);
    const { status, stderr } = await roundtable(
      ["local", ".kiro/specs/x", "--yes", "--out", join(file, "out")],
      {
        cwd: root,
      },
    );
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(status).toBe(1);
  });

  it.each([
    { code: "ENOSPC", says: /The disk is full/ },
    { code: "EROFS", says: /read-only/ },
    { code: "EACCES", says: /permission is missing/ },
  ])("the machine's $code is a sentence too", ({ code, says }) => {
    expect(formatProblem(problemOf(Object.assign(new Error("write failed"), { code })))).toMatch(says);
  });

  it("a folder with files of others stays as it is, with --fresh too", async () => {
    const root = repository("beside", { "tasks.md": TASKS });
    const { status, stderr } = await roundtable(["local", ".kiro/specs/x", "--fresh", "--out", root], {
      cwd: root,
    });
    expect(stderr).toMatch(/holds files that are not of a run/);
    expect(status).toBe(1);
    expect(readdirSync(root).toSorted()).toEqual([".git", ".kiro"]);
  });

  it.each([
    { args: [], says: /^No command is given/ },
    { args: ["status"], says: /does not know which run/ },
    { args: ["status", "--out", "nowhere"], says: /There is no run in .*nowhere/ },
  ])("roundtable $args", async ({ args, says }) => {
    const { status, stderr } = await roundtable(args);
    expect(stderr).toMatch(says);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(status).toBe(1);
  });

  it("a folder that holds another run", async () => {
    const first = repository("one-run", { "tasks.md": TASKS });
    const second = repository("another-run", { "tasks.md": TASKS });
    const out = join(folder, "shared-out");
    expect((await roundtable(["local", ".kiro/specs/x", "--out", out], { cwd: first })).status).toBe(2);
    const { status, stderr } = await roundtable(["local", ".kiro/specs/x", "--out", out], { cwd: second });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining("holds another run") });
    expect((await roundtable(["local", ".kiro/specs/x", "--out", out], { cwd: first })).status).toBe(2);
  });

  it("in a pipe, without --yes, it ends with 2 and the command to give", () => {
    const root = repository("pipe", { "tasks.md": TASKS });
    const out = join(folder, "pipe-out");
    const { status, stdout } = program(["local", ".kiro/specs/x", "--out", out], { cwd: root });
    expect(status).toBe(2);
    expect(stdout).toMatch(/the plan waits for \/orchestrate confirm [0-9a-f]{12}/);
    expect(stdout).toMatch(/--yes/);
    const shown = program(["status", "--out", out, "--json"], { cwd: root });
    expect(JSON.parse(shown.stdout)).toMatchObject({
      outcome: "decision",
      units: [{ id: "1", phase: "not_started" }],
    });
    expect(shown.status).toBe(0);
  });

  it("a shallow clone is no mistake", async () => {
    const deep = repository("deep", { "tasks.md": TASKS });
    const by = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
    execFileSync("git", [...by, "commit", "--quiet", "--allow-empty", "-m", "Second"], { cwd: deep });
    execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${deep}`, "shallow"], { cwd: folder });
    const { status, stdout, stderr } = await roundtable(
      ["local", ".kiro/specs/x", "--out", join(folder, "shallow-out")],
      { cwd: join(folder, "shallow") },
    );
    expect({ status, stdout, stderr }).toMatchObject({
      status: 2,
      stdout: expect.stringContaining("the plan waits for"),
    });
  });

  it.each(["myspec", "confirm"])("a spec at the repository's root, named %s, is no mistake", async (name) => {
    const root = repository(`at-root-${name}`, { [`/${name}/tasks.md`]: "- [x] 1. Write\n" });
    const { status, stdout, stderr } = await roundtable(
      ["local", name, "--yes", "--out", join(folder, `at-root-${name}-out`)],
      { cwd: root },
    );
    expect({ status, stdout, stderr }).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/nothing to do/),
    });
  });

  it("all boxes are done: nothing to do", async () => {
    const root = repository("done", { "tasks.md": "- [x] 1. Write\n" });
    const { status, stdout } = await roundtable(
      ["local", ".kiro/specs/x", "--yes", "--json", "--out", join(folder, "done-out")],
      { cwd: root },
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: "complete",
      reason: expect.stringContaining("nothing to do"),
      units: [],
    });
  });
});
