/** `plan` in all its forms, and every input that it refuses with one sentence. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { Plan } from "../../src/domain/plan/plan.ts";
import { UserError } from "../../src/domain/problem.ts";
import { plan, type PlanOptions } from "../../src/entry/commands/plan.ts";
import { EXAMPLE, EXAMPLE_SPEC, git, ROOT } from "../support/local-run.ts";
import { aScreen, repositoryOf } from "../support/screen.ts";

const GOOD = "- [ ] 1. Write\n  - _writes: a.txt_\n";
const SPEC = ".kiro/specs/x";
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "roundtable-plan-"));
  folders.push(folder);
  return folder;
}

/** Paths are the spec's own, or the repository's with a leading slash. */
const repository = (files: Readonly<Record<string, string | Uint8Array>>): string =>
  repositoryOf(
    temporary(),
    Object.fromEntries(
      Object.entries(files).map(([path, content]) => [
        path.startsWith("/") ? path.slice(1) : `${SPEC}/${path}`,
        content,
      ]),
    ),
  );

async function planned(
  root: string,
  options: PlanOptions = {},
  spec = SPEC,
): Promise<{ code: number; out: string; err: string[] }> {
  const screen = aScreen(root);
  const code = await plan(spec, options, screen);
  return { code, out: screen.out.join("\n"), err: screen.err };
}

async function refusal(root: string, spec: string, options: PlanOptions = {}): Promise<string> {
  const screen = aScreen(root);
  const failed = await plan(spec, options, screen).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(UserError);
  expect({ out: screen.out, err: screen.err }).toEqual({ out: [], err: [] });
  return (failed as UserError).message;
}

describe("the forms of plan", () => {
  it("without a flag it is text, and says what it was read from", async () => {
    const { code, out, err } = await planned(EXAMPLE, { from: EXAMPLE }, EXAMPLE_SPEC);
    expect(code).toBe(0);
    expect(out).toContain("1     Read durations");
    expect(out).toContain("level 1 ┬─ 1 Read durations");
    expect(err).toEqual(["Read from the working tree; a run reads the base branch."]);
  });

  it("says that a run would ask a model, where the configuration wants one", async () => {
    const config =
      "version: 1\nplanner: model\nrouting: { plan: claude }\nagents: { claude: { backend: claude } }\nbudget: { plan: 1 }\n";
    const asks = expect.stringContaining("By the rules alone: with `planner: model`");
    const files = { "tasks.md": GOOD };
    const { err } = await planned(repository({ ...files, "/.github/roundtable.yml": config }));
    expect(err).toContainEqual(asks);
    expect((await planned(repository(files))).err).not.toContainEqual(asks);
  });

  it("--only takes ids with blanks around them", async () => {
    const root = repository({ "tasks.md": "- [ ] 1. A\n- [ ] 2. B\n- [ ] 3. C\n" });
    const { code, out } = await planned(root, { json: true, only: "1, 3 ," });
    expect(code).toBe(0);
    expect(Plan.parse(JSON.parse(out)).units.map(({ id }) => id)).toEqual(["1", "3"]);
  });

  it("E1 --json is one document of the contract", async () => {
    const { code, out } = await planned(repository({ "tasks.md": GOOD }), { json: true });
    expect(code).toBe(0);
    expect(Plan.parse(JSON.parse(out))).toMatchObject({
      v: 1,
      spec: { name: "x", path: SPEC, sha: null },
      units: [{ id: "1", writes: [{ path: "a.txt", source: "declared" }] }],
    });
  });

  it("takes in what changed together in the last commits, as a run does", async () => {
    const root = repository({
      "tasks.md": "- [ ] 1. Change `src/a.js`\n",
      "/src/a.js": "",
      "/docs/ä.md": "",
    });
    for (const change of [1, 2, 3]) {
      for (const path of ["src/a.js", "docs/ä.md", `other-${change}.md`])
        writeFileSync(join(root, path), `${change}\n`);
      git(root, "add", "--all");
      git(root, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "Change");
    }
    const { out } = await planned(root, { json: true });
    expect(Plan.parse(JSON.parse(out)).units[0]!.writes.map(({ path }) => path)).toEqual([
      "src/a.js",
      "docs/ä.md",
    ]);
  });

  it("--json of a spec with a mistake is that document too, with exit code 1", async () => {
    const { code, out } = await planned(repository({ "tasks.md": "no task\n" }), { json: true });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ diagnostics: [{ severity: "error", line: 1 }] });
  });

  it("--mermaid is a graph to paste, without its fences", async () => {
    const { out } = await planned(repository({ "tasks.md": GOOD }), { mermaid: true });
    expect(out).toBe('flowchart LR\n  u1["1 Write"]');
  });

  it("--html writes one page and nothing to stdout", async () => {
    const root = repository({ "tasks.md": GOOD });
    const { code, out, err } = await planned(root, { html: "out/plan.html" });
    expect({ code, out, err }).toEqual({ code: 0, out: "", err: [`Written: ${root}/out/plan.html`] });
    expect(readFileSync(join(root, "out/plan.html"), "utf8")).toMatch(/^<!doctype html>[^]*<svg/);
  });

  it("--html writes again over its own page, and over nothing else", async () => {
    const root = repository({ "tasks.md": GOOD, "/notes.md": "mine" });
    expect((await planned(root, { html: "plan.html" })).code).toBe(0);
    expect((await planned(root, { html: "plan.html" })).code).toBe(0);
    expect(await refusal(root, SPEC, { html: "notes.md" })).toMatch(/notes\.md is there and is no HTML page/);
    expect(readFileSync(join(root, "notes.md"), "utf8")).toBe("mine");
    expect(await refusal(root, SPEC, { html: SPEC })).toMatch(/is a folder/);
    expect(await refusal(root, SPEC, { html: "notes.md/plan.html" })).toMatch(/cannot be written|no folder/);
  });

  it("writes no file but the page", async () => {
    const root = repository({ "tasks.md": GOOD });
    for (const options of [{}, { json: true }, { mermaid: true }]) await planned(root, options);
    expect(existsSync(join(root, "plan.html"))).toBe(false);
    expect(readFileSync(join(root, SPEC, "tasks.md"), "utf8")).toBe(GOOD);
  });

  it("--mermaid and --html say a spec's mistakes too", async () => {
    const spec = ".kiro/specs/\u001B[2Jx";
    const root = repository({ [`/${spec}/tasks.md`]: "- [ ] 1. A\n  - _Depends: 9_\n" });
    for (const options of [{ mermaid: true }, { html: "plan.html" }]) {
      const { code, err } = await planned(root, options, spec);
      expect(code).toBe(1);
      expect(err.at(-1)).toMatch(/^\.kiro\/specs\/ \[2Jx\/tasks\.md:2:1: error: .*9/);
      // eslint-disable-next-line no-control-regex
      expect(err.join("\n")).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
    }
  });

  it("--mermaid prints no graph of a plan that cannot start", async () => {
    for (const tasks of ["no task\n", "- [ ] 1. A\n  - _Depends: 2_\n- [ ] 2. B\n  - _Depends: 1_\n"]) {
      const { code, out, err } = await planned(repository({ "tasks.md": tasks }), { mermaid: true });
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err.join("\n")).toContain("error: ");
    }
  });

  it("--only that names no unit says just that", async () => {
    const { code, out } = await planned(repository({ "tasks.md": GOOD }), { only: "99" });
    expect(code).toBe(1);
    expect(out).toMatch(
      /^error: There is no unit 99: --only names it\. Units: 1\.\n\n1 error: nothing would/,
    );
  });

  it("shows a spec's name without orders to the terminal", async () => {
    const spec = ".kiro/specs/\u001B[2Jx";
    const { out } = await planned(repository({ [`/${spec}/tasks.md`]: GOOD }), {}, spec);
    expect(out).toMatch(/^Plan for {2}\[2Jx \(/);
  });

  it("--json leaves no letter that a terminal would obey", async () => {
    const root = repository({ "tasks.md": "- [ ] 1. A \u009B2J \u202E B\n" });
    const { out } = await planned(root, { json: true });
    expect(out).not.toMatch(/[\u007F-\u009F\u202A-\u202E]/);
    expect(Plan.parse(JSON.parse(out)).units[0]!.title).toContain("\u009B2J");
  });
});

describe("what plan refuses", () => {
  it.each<{ name: string; files: Record<string, string | Uint8Array>; says: RegExp }>([
    { name: "no tasks.md", files: { "design.md": "x" }, says: /has no tasks\.md/ },
    { name: "E1 only requirements.md", files: { "requirements.md": "x" }, says: /has no tasks\.md/ },
    { name: "bytes that are no text", files: { "tasks.md": Uint8Array.of(0x2d, 0xff) }, says: /UTF-8/ },
    {
      name: "binary data",
      files: { "tasks.md": "- [ ] 1. A\n\0" },
      says: /tasks\.md:2:1: The file is no text/,
    },
    {
      name: "binary data beside a good tasks.md",
      files: { "tasks.md": GOOD, "design.md": "\0" },
      says: /design\.md:1:1: The file is no text/,
    },
    {
      name: "a file of 50 MB",
      files: { "tasks.md": new Uint8Array(50 * 1024 * 1024).fill(97) },
      says: /tasks\.md:1:1: The file is not read: it has 50 MB, and at most 8 are read/,
    },
    {
      name: "a configuration with an unknown key",
      files: { "tasks.md": GOOD, "/.github/roundtable.yml": "version: 1\nverfy: []\n" },
      says: /^\.github\/roundtable\.yml:2:1: Unknown key "verfy": .* Did you mean "verify"\?$/,
    },
    {
      name: "a configuration with more than one mistake",
      files: { "tasks.md": GOOD, "/.github/roundtable.yml": "version: 1\nverfy: []\nsetpu: []\n" },
      says: /verify"\? \(1 more there\.\)$/,
    },
  ])("$name", async ({ files, says }) => {
    expect(await refusal(repository(files), SPEC)).toMatch(says);
  });

  it("a file without tasks is a mistake with its place", async () => {
    const { code, out } = await planned(repository({ "tasks.md": "# Plan\n" }));
    expect(code).toBe(1);
    expect(out).toMatch(/^\.kiro\/specs\/x\/tasks\.md:1:1: error: There is no task/);
  });

  it("paths that lead out of the repository, or through a link", async () => {
    const outside = repository({ "tasks.md": GOOD });
    const root = repository({ "tasks.md": GOOD });
    symlinkSync("x", join(root, ".kiro/specs/link"));
    symlinkSync(join(outside, SPEC), join(root, ".kiro/specs/out"));
    expect(await refusal(root, ".kiro/specs/link")).toMatch(/reached through a symbolic link.*specs\/x\.$/);
    expect(await refusal(root, ".kiro/specs/out")).toMatch(/reached through a symbolic link/);
    const bare = temporary();
    writeFileSync(join(bare, "tasks.md"), GOOD);
    symlinkSync(bare, join(root, ".kiro/specs/bare"));
    expect(await refusal(root, ".kiro/specs/bare")).toMatch(/reached through a symbolic link/);
    expect(await refusal(bare, "../" + basename(bare))).toMatch(/no git repository/);
    expect(await refusal(root, join(outside, SPEC), { from: "." })).toMatch(/leaves the repository/);
    expect(await refusal(root, "../../../../../../etc")).toMatch(/no git repository|no tasks\.md|leaves/);
    expect(await refusal(root, ".kiro/specs/nowhere")).toMatch(/There is no spec at \.kiro\/specs\/nowhere/);
  });

  it.each(["tasks.md", "requirements.md", "design.md"])("%s as a link, dangling or not", async (name) => {
    for (const target of ["/etc/passwd", "/nowhere"]) {
      const root = repository({ "other.md": GOOD, ...(name === "tasks.md" ? {} : { "tasks.md": GOOD }) });
      symlinkSync(target, join(root, SPEC, name));
      expect(await refusal(root, SPEC)).toMatch(/This is a symbolic link|has no tasks\.md/);
    }
  });

  it("a configuration behind a link", async () => {
    const root = repository({ "tasks.md": GOOD });
    writeFileSync(join(root, "real.yml"), "version: 1\n");
    mkdirSync(join(root, ".github"));
    symlinkSync("../real.yml", join(root, ".github/roundtable.yml"));
    expect(await refusal(root, SPEC)).toMatch(/roundtable\.yml:1:1: This is a symbolic link/);
  });

  it.each<{ options: PlanOptions; says: RegExp }>([
    { options: { profile: "fast" }, says: /no profile fast.*balanced/ },
    { options: { maxParallel: "0" }, says: /--max-parallel does not fit/ },
    { options: { maxParallel: "x" }, says: /--max-parallel does not fit/ },
    { options: { only: "" }, says: /--only names no unit/ },
    { options: { only: " , " }, says: /--only names no unit/ },
  ])("$options", async ({ options, says }) => {
    expect(await refusal(repository({ "tasks.md": GOOD }), SPEC, options)).toMatch(says);
  });

  it("as a program: exit code 1, one sentence without orders to the terminal, no stack trace", () => {
    const root = repository({
      "tasks.md": GOOD,
      "/.github/roundtable.yml": 'version: 1\n"\\e[31mverify": []\n',
    });
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, "src/entry/cli.ts"), "plan", SPEC],
      {
        cwd: root,
        env: { PATH: process.env["PATH"]! },
        encoding: "utf8",
      },
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).not.toContain("\u001B");
  });
});
