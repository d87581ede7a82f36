/** `check`: which specs it finds, what it says, how it ends, and that nothing in a spec gives the runner orders. */
import { error, notice, warning } from "@actions/core";
import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { annotationOf } from "../../src/domain/plan-view/annotation.ts";
import { UserError, type Diagnostic } from "../../src/domain/problem.ts";
import { check } from "../../src/entry/commands/check.ts";
import { aScreen, repositoryOf } from "../support/screen.ts";

const GOOD = "- [ ] 1. Write\n  - _writes: a.txt_\n";
const BAD = "- [ ] 1. Write\n  - _Depends: 9_\n";
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function repository(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "roundtable-check-"));
  folders.push(folder);
  return repositoryOf(folder, files);
}

async function checked(
  root: string,
  { dir, env }: { dir?: string; env?: Record<string, string> } = {},
): Promise<{ code: number; out: string[] }> {
  const screen = aScreen(root, env);
  const code = await check(dir, screen);
  return { code, out: screen.out.join("\n").split("\n") };
}

describe("check", () => {
  it("of specs in order says so and ends with 0", async () => {
    const root = repository({ ".kiro/specs/a/tasks.md": GOOD, "app/.kiro/specs/b/tasks.md": GOOD });
    expect(await checked(root)).toEqual({
      code: 0,
      out: [
        ".kiro/specs/a: 1 task, 1 unit to do",
        "app/.kiro/specs/b: 1 task, 1 unit to do",
        "2 specs: no mistake.",
      ],
    });
  });

  it("shows each mistake at its line and ends with 1", async () => {
    const root = repository({ ".kiro/specs/a/tasks.md": GOOD, ".kiro/specs/b/tasks.md": BAD });
    const { code, out } = await checked(root);
    expect(code).toBe(1);
    expect(out.find((line) => line.startsWith(".kiro/specs/b/tasks.md:2:1: error: "))).toContain("9");
    expect(out.slice(-3, -1)).toEqual(["    2 |   - _Depends: 9_", "      |   ^^^^^^^^^^^^^^"]);
    expect(out.at(-1)).toBe("2 specs: 1 error.");
  });

  it("warnings alone end with 0", async () => {
    const { code, out } = await checked(repository({ ".kiro/specs/a/tasks.md": "- [?] 1. Write\n" }));
    expect({ code, last: out.at(-1) }).toEqual({ code: 0, last: "1 spec: 1 warning." });
  });

  it("a spec that cannot be read is one of its mistakes; the others are checked all the same", async () => {
    const root = repository({
      ".kiro/specs/a/tasks.md": Uint8Array.of(0x2d, 0xff),
      ".kiro/specs/b/tasks.md": "- [ ] 1. A\n\0\n",
      ".kiro/specs/c/tasks.md": "x".repeat(9 * 1024 * 1024),
      ".kiro/specs/d/tasks.md": GOOD,
      ".kiro/specs/e/tasks.md": GOOD,
      ".kiro/specs/e/design.md": "Fine.\n\0",
    });
    const { code, out } = await checked(root);
    expect(code).toBe(1);
    const said = out.join("\n");
    expect(said).toMatch(/a\/tasks\.md:1:1: error: .*UTF-8/);
    expect(said).toMatch(/b\/tasks\.md:2:1: error: The file is no text/);
    expect(said).toMatch(/c\/tasks\.md:1:1: error: .*9 MB/);
    expect(said).toMatch(/e\/design\.md:2:1: error: The file is no text/);
    expect(out).toContain(".kiro/specs/d: 1 task, 1 unit to do");
    expect(out.at(-1)).toBe("5 specs: 4 errors.");
  });

  it("the configuration is checked with them, and offers the nearest key", async () => {
    const root = repository({
      ".kiro/specs/a/tasks.md": GOOD,
      ".github/roundtable.yml": "version: 1\nverfy: []\n",
    });
    const { code, out } = await checked(root);
    expect(code).toBe(1);
    expect(out.slice(0, 4)).toEqual([
      ".github/roundtable.yml",
      expect.stringMatching(/^\.github\/roundtable\.yml:2:1: error: .*Did you mean "verify"\?$/),
      "    2 | verfy: []",
      "      | ^^^^^^^^^",
    ]);
  });

  it.each([
    { dir: undefined, finds: [".kiro/specs/a", "app/.kiro/specs/b"] },
    { dir: ".", finds: [".kiro/specs/a", "app/.kiro/specs/b", "docs/plan"] },
    { dir: "app", finds: ["app/.kiro/specs/b"] },
    { dir: ".kiro/specs/a", finds: [".kiro/specs/a"] },
    { dir: "docs", finds: ["docs/plan"] },
  ])("$dir: what a folder names", async ({ dir, finds }) => {
    const root = repository({
      "tasks.md": GOOD,
      ".kiro/specs/a/tasks.md": GOOD,
      "app/.kiro/specs/b/tasks.md": GOOD,
      "docs/plan/tasks.md": GOOD,
      "node_modules/x/.kiro/specs/y/tasks.md": GOOD,
      ".gitignore": "node_modules\n",
    });
    const { out } = await checked(root, dir === undefined ? {} : { dir });
    expect(out.slice(0, -1).map((line) => line.split(":")[0])).toEqual(finds);
  });

  it("a spec that is deleted, and still in git's index, is none", async () => {
    const root = repository({ ".kiro/specs/a/tasks.md": GOOD, ".kiro/specs/b/tasks.md": GOOD });
    execFileSync("git", ["add", "--all"], { cwd: root });
    rmSync(join(root, ".kiro/specs/b"), { recursive: true });
    expect((await checked(root)).out.at(-1)).toBe("1 spec: no mistake.");
  });

  it.each([
    { dir: "nowhere", says: /There is no folder nowhere: nothing is there/ },
    { dir: "a.txt", says: /There is no folder a\.txt: it is a file/ },
    { dir: "empty", says: /There is no spec below .*empty/ },
    { dir: undefined, says: /There is no spec below/ },
  ])("$dir: one sentence", async ({ dir, says }) => {
    const root = repository({ "a.txt": "", "empty/b.txt": "" });
    const failed = await check(dir, aScreen(root)).catch((thrown: unknown) => thrown);
    expect(failed).toBeInstanceOf(UserError);
    expect((failed as UserError).message).toMatch(says);
  });
});

describe("in Actions", () => {
  const env = { GITHUB_ACTIONS: "true" };

  it("each mistake is an annotation, errors first", async () => {
    const root = repository({ ".kiro/specs/a/tasks.md": "- [?] 1. A\n", ".kiro/specs/b/tasks.md": BAD });
    const { code, out } = await checked(root, { env });
    expect(code).toBe(1);
    expect(out.slice(out.findLastIndex((line) => /^::[0-9a-f]{32}::$/.test(line)) + 1)).toEqual([
      expect.stringMatching(/^::error file=\.kiro\/specs\/b\/tasks\.md,line=2,col=1::.*9/),
      expect.stringMatching(/^::warning file=\.kiro\/specs\/a\/tasks\.md,line=1,col=1::/),
    ]);
  });

  it("what a spec holds is printed only where the runner obeys nothing, under a new word each time", async () => {
    const root = repository({ ".kiro/specs/a/tasks.md": "- [?] 1. ##[add-mask]a ::add-mask::b\n" });
    const words = new Set<string>();
    for (const { out } of [await checked(root, { env }), await checked(root, { env })]) {
      const word = /^::stop-commands::([0-9a-f]{32})$/.exec(out[0]!)?.[1];
      expect(word).toBeDefined();
      words.add(word!);
      const end = out.indexOf(`::${word}::`);
      for (const [at, line] of out.entries())
        if (line.includes("add-mask")) expect(at < end || line.startsWith("::warning "), line).toBe(true);
    }
    expect(words.size).toBe(2);
  });

  const THEIRS = { error, warning, note: notice };

  it("an annotation is escaped as GitHub's own toolkit does it, whatever it holds", () => {
    const write = vi.spyOn(process.stdout, "write");
    const nasty = fc.constantFrom("%", ":", ",", "::", "%0A", "=", "x", "期", " ", "##[");
    const text = fc.array(nasty, { minLength: 1, maxLength: 10 }).map((parts) => `t${parts.join("")}t`);
    try {
      fc.assert(
        fc.property(text, text, fc.constantFrom("error", "warning", "note"), (file, what, severity) => {
          const diagnostic: Diagnostic = {
            severity,
            code: "x",
            line: 3,
            column: 2,
            what,
            why: "because",
            fix: "Mend it.",
          };
          const said: string[] = [];
          write.mockImplementation((chunk) => said.push(String(chunk)) > 0);
          THEIRS[severity](`${what}: because. Mend it.`, {
            file,
            startLine: 3,
            startColumn: 2,
          });
          expect(`${annotationOf(diagnostic, file)}\n`).toBe(said.join(""));
        }),
      );
    } finally {
      write.mockRestore();
    }
  });

  it("is one line even if a path or a sentence is not", () => {
    const diagnostic: Diagnostic = {
      severity: "error",
      code: "x",
      line: 1,
      column: 1,
      what: "a\n::add-mask::b\u001B[2J",
      why: "c\r::d",
      fix: "e",
    };
    const said = annotationOf(diagnostic, "x\r\n::add-mask::y");
    expect(said).toBe(
      "::error file=x%0D%0A%3A%3Aadd-mask%3A%3Ay,line=1,col=1::a ::add-mask::b [2J: c ::d. e",
    );
  });
});

it("text of others gives a terminal no orders", async () => {
  const root = repository({
    ".kiro/specs/\u001B[31m\u202Ex/tasks.md": "- [?] 1. \u001B[2J\u009B2J A\n",
    ".github/roundtable.yml": 'version: 1\n"\\e[31mkey": 1\n',
  });
  const { out } = await checked(root);
  expect(out.length).toBeGreaterThan(5);
  // eslint-disable-next-line no-control-regex
  expect(out.join("\n")).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
});
