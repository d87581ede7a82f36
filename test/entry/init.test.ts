/** `roundtable init`: what stands in a working tree, and in a repository, afterwards. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OWN_LABELS } from "../../src/domain/board/labels.ts";
import { parseConfig } from "../../src/domain/config.ts";
import { WORKFLOW_FILES } from "../../src/domain/doctor/shipped.ts";
import { commandsFor, starterConfig } from "../../src/domain/doctor/starter.ts";
import { doctor } from "../../src/entry/commands/doctor.ts";
import { init, type InitOptions } from "../../src/entry/commands/init.ts";
import { aScreen, repositoryOf } from "../support/screen.ts";
import { AT, REPO, story, type World } from "../support/world.ts";

const CONFIG = ".github/roundtable.yml";
const [PASS, AGENT] = WORKFLOW_FILES.map(({ from, to }) => ({ to, text: readFileSync(from, "utf8") })) as [
  { to: string; text: string },
  { to: string; text: string },
];
const PACKAGE = JSON.stringify({ scripts: { lint: "oxlint", test: "vitest", build: "x" } });

describe("the first configuration", () => {
  it.each<[string, Record<string, string>, string | null, string[]]>([
    ["npm", { "package.json": PACKAGE, "package-lock.json": "" }, "npm ci", ["npm run lint", "npm run test"]],
    [
      "pnpm",
      { "package.json": PACKAGE, "pnpm-lock.yaml": "" },
      "corepack pnpm install --frozen-lockfile",
      ["corepack pnpm run lint", "corepack pnpm run test"],
    ],
    ["scripts without a lock file", { "package.json": PACKAGE }, null, ["npm run lint", "npm run test"]],
    [
      "the test of npm init",
      { "package.json": '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}' },
      null,
      [],
    ],
    ["a broken package.json", { "package.json": "{" }, null, []],
    ["Rust", { "Cargo.toml": "" }, null, ["cargo test"]],
    ["Go", { "go.mod": "" }, null, ["go vet ./...", "go test ./..."]],
    [
      "Python",
      { "pyproject.toml": "[tool.pytest.ini_options]", "requirements.txt": "" },
      "python -m pip install --user -r requirements.txt",
      ["python -m pytest"],
    ],
    ["Maven", { "pom.xml": "" }, null, ["mvn --batch-mode verify"]],
    ["Gradle", { gradlew: "" }, null, ["./gradlew check"]],
    ["make", { Makefile: "all:\ntest: all\n" }, null, ["make test"]],
    [
      "a Makefile beside better",
      { Makefile: "test:\n", "go.mod": "" },
      null,
      ["go vet ./...", "go test ./..."],
    ],
    ["nothing known", { "README.md": "" }, null, []],
  ])("of a repository with %s", (...[, files, setup, verify]) => {
    const text = starterConfig(commandsFor(new Set(Object.keys(files)), files));
    const { config, diagnostics } = parseConfig(text);
    expect(diagnostics).toEqual([]);
    expect({ setup: config.setup, verify: config.verify }).toEqual({ setup: setup ? [setup] : [], verify });
  });

  it("is still in order when its examples are taken in", () => {
    const text = starterConfig({ setup: null, verify: [] }).replaceAll(
      /^# (?=(setup|verify|agents|budget|  ))/gm,
      "",
    );
    expect(text).toContain("\nagents:\n  coder:");
    expect(parseConfig(text).diagnostics).toEqual([]);
  });
});

describe("init in a working tree", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "roundtable-init-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = async (cwd: string, options: InitOptions = {}): Promise<string[]> => {
    const screen = aScreen(cwd);
    await init(options, screen);
    return screen.out;
  };
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");
  const status = (): string =>
    execFileSync("git", ["status", "--short", "--untracked-files=all"], { cwd: folder, encoding: "utf8" });

  it("writes what is missing, at the root; twice changes nothing", async () => {
    const root = repositoryOf(folder, { "package.json": PACKAGE, "package-lock.json": "{}", "src/a.js": "" });
    const out = await run(join(root, "src"));
    expect(out.filter((line) => line.startsWith("written: "))).toHaveLength(3);
    expect(out).toContain("  Commands that must succeed before work lands. Found in package.json.");
    expect([read(PASS.to), read(AGENT.to)]).toEqual([PASS.text, AGENT.text]);
    expect(parseConfig(read(CONFIG)).config.verify).toEqual(["npm run lint", "npm run test"]);
    const before = status();
    expect(await run(root)).toEqual([
      `unchanged: ${PASS.to}`,
      `unchanged: ${AGENT.to}`,
      `unchanged: ${CONFIG}`,
    ]);
    expect(status()).toBe(before);
    const screen = aScreen(root);
    await doctor({ json: true }, screen);
    const report = JSON.parse(screen.out[0]!) as { sound: string[] };
    expect(report.sound).toEqual(
      expect.arrayContaining(["agent-workflow", "pass-workflow", "workflow-changed", "configuration"]),
    );
  });

  it("leaves what somebody changed, and shows the difference", async () => {
    const changed = PASS.text.replace("timeout-minutes: 30", "timeout-minutes: 31");
    const root = repositoryOf(folder, { [PASS.to]: changed, [CONFIG]: "version: 1\n" });
    const out = await run(root);
    expect(read(PASS.to)).toBe(changed);
    expect(read(CONFIG)).toBe("version: 1\n");
    expect(out).toContain(`left as it is: ${CONFIG}`);
    const at = out.indexOf(`left as it is, though it is not what this version ships: ${PASS.to}`);
    expect(out.slice(at + 2, at + 4)).toEqual(["  -    timeout-minutes: 30", "  +    timeout-minutes: 31"]);
    expect(out).toContain(`written: ${AGENT.to}`);
  });

  it("writes through no symbolic link", async () => {
    const root = repositoryOf(folder, { "a.txt": "" });
    const outside = mkdtempSync(join(tmpdir(), "roundtable-outside-"));
    symlinkSync(outside, join(root, ".github"));
    await expect(run(root)).rejects.toThrow("This is a symbolic link");
    mkdirSync(join(outside, "workflows"));
    writeFileSync(join(outside, "workflows/x"), "");
    rmSync(outside, { recursive: true });
  });

  it.each<[InitOptions, string]>([
    [{}, "lies in no git repository"],
    [{ pr: true }, "--pr stands without --repo"],
    [{ repo: "demo" }, "--repo does not fit"],
  ])("%j is a mistake of one sentence", async (options, says) => {
    await expect(run(folder, options)).rejects.toThrow(says);
  });
});

describe("init --repo --pr", () => {
  const run = async (world: World, by = "octo"): Promise<string[]> => {
    const token = world.local.token({ login: by });
    const screen = aScreen("/", { GITHUB_API_URL: world.local.origin(), GITHUB_TOKEN: token });
    await init({ repo: REPO, pr: true }, screen);
    return screen.out;
  };
  const pulls = async (world: World) =>
    (await world.as("octo").rest.pulls.list({ ...AT, state: "all" })).data.map(
      ({ number, title, user, base, head }) => `${number} ${title} ${user?.login} ${head.ref} ${base.ref}`,
    );
  const labels = async (world: World) =>
    (await world.as("octo").rest.issues.listLabelsForRepo({ ...AT, per_page: 100 })).data;
  const fileAt = async (world: World, path: string): Promise<string> => {
    const sha = (await world.github.code.branch("roundtable/init"))!;
    return new TextDecoder().decode((await world.github.code.file(sha, path)) ?? new Uint8Array());
  };

  it("opens one pull request with what is missing, and makes the labels; twice changes nothing", () =>
    story(async (world) => {
      const base = await world.commit({ "package.json": PACKAGE, [CONFIG]: "version: 1\n" });
      const { issues } = world.as("octo").rest;
      await issues.createLabel({ ...AT, name: "Completed", color: "123456", description: "mine" });
      const out = await run(world);
      expect(out.at(-2)).toMatch(/^Pull request #\d+ waits for you\.$/);
      expect(await pulls(world)).toEqual([
        expect.stringMatching(/Set Roundtable up octo roundtable\/init main$/),
      ]);
      expect([await fileAt(world, PASS.to), await fileAt(world, AGENT.to)]).toEqual([PASS.text, AGENT.text]);
      expect(await fileAt(world, CONFIG)).toBe("version: 1\n");
      expect(await world.github.code.branch("main")).toBe(base);
      const made = await labels(world);
      expect(made.filter(({ name }) => /^completed$/i.test(name))).toMatchObject([
        { name: "Completed", color: "123456", description: "mine" },
      ]);
      const names = made.map(({ name }) => name.toLowerCase());
      expect(OWN_LABELS.filter(({ name }) => !names.includes(name))).toEqual([]);

      const head = await world.github.code.branch("roundtable/init");
      const asMade = await labels(world);
      expect((await run(world)).slice(-2)).toEqual([
        expect.stringMatching(/^Pull request #\d+ waits already\.$/),
        "All labels are there.",
      ]);
      expect(await labels(world)).toEqual(asMade);
      expect(await pulls(world)).toHaveLength(1);
      expect(await world.github.code.branch("roundtable/init")).toBe(head);
      await world.as("octo").rest.pulls.merge({ ...AT, pull_number: (await pulls(world)).length });
      expect(await run(world)).toContain("Nothing is missing: no pull request is needed.");
      expect(await pulls(world)).toHaveLength(1);
    }));

  it("leaves what a person has changed on the pull request's branch, and adds what they took away", () =>
    story(async (world) => {
      await world.commit({ "README.md": "x" });
      await run(world);
      const verify = "version: 1\nverify: [make check]\n";
      const sha = await world.commit({ [CONFIG]: verify }, "roundtable/init");
      expect((await run(world)).at(-2)).toMatch(/waits already\.$/);
      expect(await world.github.code.branch("roundtable/init")).toBe(sha);
      const files = [{ path: AGENT.to, mode: "100644" as const, content: null }];
      const commits = [{ message: "Not yet", files }];
      await world.github.code.commit({ branch: "roundtable/init", expectedHead: sha, commits });
      await run(world);
      expect(await fileAt(world, AGENT.to)).toBe(AGENT.text);
      expect(await fileAt(world, CONFIG)).toBe(verify);
    }));

  it("of somebody who may not write changes nothing", () =>
    story(async (world) => {
      await world.commit({ "README.md": "x" });
      await expect(run(world, "reader")).rejects.toThrow("GitHub refused");
      expect(await world.github.code.branch("roundtable/init")).toBeNull();
      expect(await pulls(world)).toEqual([]);
    }));

  it("leaves no empty branch where GitHub takes no workflow files", () =>
    story(async (world) => {
      await world.commit({ "README.md": "x" });
      world.local.interceptor = ({ method }) =>
        method === "PATCH"
          ? Response.json({ message: "refusing to allow an OAuth App to update workflow" }, { status: 403 })
          : null;
      await expect(run(world)).rejects.toThrow("refusing to allow an OAuth App to update workflow");
      expect(await world.github.code.branch("roundtable/init")).toBeNull();
    }));
});
