import { describe, expect, it } from "vitest";
import { checkHandOver } from "../../src/domain/handover/check.ts";
import type { HandOverRequest } from "../../src/domain/handover/guard.ts";
import { AGENT_CONFIGURATION } from "../../src/domain/handover/protected-path.ts";
import { holdsSecret } from "../../src/domain/handover/secret.ts";

const expected = {
  run: 12,
  unit: "3",
  role: "implement",
  attempt: 1,
  nonce: "n1",
  baseSha: "b",
  headSha: "h",
};

interface File {
  path: string;
  mode?: string;
  content?: string;
  base64?: string;
  deleted?: true;
}

const file = (path: string, more: Partial<File> = { content: "x\n" }): File => ({ path, ...more });
const work = (files: File[], more: Record<string, unknown> = {}): Record<string, unknown> => ({
  v: 1,
  ...expected,
  outcome: "completed",
  summary: "Done.",
  commits: [{ message: "Do it", task: null, files }],
  ...more,
});
const review = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  v: 1,
  ...expected,
  role: "review",
  outcome: "completed",
  summary: "Fine.",
  verdict: "pass",
  findings: [],
  ...more,
});

interface Case {
  what: string;
  sent: Record<string, unknown>;
  request?: Partial<Omit<HandOverRequest, "bytes">>;
}

const requestFor = ({ sent, request }: Omit<Case, "what">): HandOverRequest => ({
  bytes: new TextEncoder().encode(JSON.stringify(sent)),
  expected,
  rules: { protectedPaths: ["infra/**"], specPath: ".kiro/specs/x", writes: null },
  ground: { files: [], special: ["linked", "vendor/lib"] },
  ...request,
});

const declaring = (writes: string[]): Partial<HandOverRequest> => ({
  rules: { protectedPaths: [], specPath: ".kiro/specs/x", writes },
});
const many = (count: number): File[] => Array.from({ length: count }, (_, at) => file(`f${at}`));
const ofBase = { unit: "_base", role: "resolve" };
const GITHUB_TOKEN = `ghp_${"a1B2".repeat(9)}`;

const standing = (files: string[], texts: Record<string, string> = {}): Partial<HandOverRequest> => ({
  ground: { files, special: [], texts: new Map(Object.entries(texts)) },
});

it.each([...AGENT_CONFIGURATION])("no agent configures agents by %s", (path) => {
  expect(checkHandOver(requestFor({ sent: work([file(path)]) }))).toMatchObject({
    ok: false,
    code: "protected-agents",
  });
});

describe("what stands on the ground already", () => {
  const excused: Record<string, [File[], Partial<HandOverRequest>]> = {
    "a name of Windows' devices": [[file("src/aux.c")], standing(["src/aux.c"])],
    "a colon in a name": [[file("a:b.md")], standing(["a:b.md"])],
    "two spellings": [[file("readme.md")], standing(["README.md", "readme.md"])],
    "a new file in a folder of two spellings": [[file("src/c")], standing(["Src/a", "src/b"])],
    "another spelling, deleted": [
      [file("README.md", { deleted: true }), file("readme.md")],
      standing(["README.md"]),
    ],
    "a folder, all deleted": [
      [file("src/a", { deleted: true }), file("src/b/c", { deleted: true }), file("src")],
      standing(["src/a", "src/b/c"]),
    ],
    "a file, deleted for a folder": [[file("src", { deleted: true }), file("src/a")], standing(["src"])],
    "a credential": [
      [file("test/fixture.txt", { content: `more\n${GITHUB_TOKEN}\n` })],
      standing(["test/fixture.txt"], { "test/fixture.txt": GITHUB_TOKEN }),
    ],
    "a character that turns the direction": [
      [file("ar.json", { content: "\u202Bx\u202C more" })],
      standing(["ar.json"], { "ar.json": "\u202Bx\u202C" }),
    ],
  };
  it.each(Object.entries(excused))("may go on so: %s", (_, [files, request]) => {
    expect(checkHandOver(requestFor({ sent: work(files), request }))).toMatchObject({ ok: true });
  });

  it("names the files whose text may excuse, and none where nothing can", () => {
    const token = work([file("a"), file("b", { content: GITHUB_TOKEN })]);
    expect(checkHandOver(requestFor({ sent: token }))).toMatchObject({ excusers: ["a", "b"] });
    expect(checkHandOver(requestFor({ sent: work([file("../a")]) }))).toMatchObject({ excusers: null });
  });

  it("excuses no other credential", () => {
    const sent = work([file("a", { content: `ghp_${"Z9y8".repeat(9)}` })]);
    const request = standing(["a"], { a: GITHUB_TOKEN });
    expect(checkHandOver(requestFor({ sent, request }))).toMatchObject({ ok: false });
  });

  it("is left to the pass where nobody has looked", () => {
    const sent = work([file("aux.c", { content: GITHUB_TOKEN })]);
    expect(checkHandOver(requestFor({ sent, request: { ground: null } }))).toMatchObject({ ok: true });
  });
});

describe("schema", () => {
  it.each<[string, string]>([
    ["not JSON", "{"],
    ["a list", "[]"],
    ["null", "null"],
    ["an unknown key", JSON.stringify(work([], { verified: true }))],
    ["another version", JSON.stringify(work([], { v: 2 }))],
    ["an outcome of its own", JSON.stringify(work([], { outcome: "green" }))],
    ["a summary beyond the cap", JSON.stringify(work([], { summary: "x".repeat(10_001) }))],
    [
      "a review with a severity of its own",
      JSON.stringify(review({ findings: [{ severity: "blocker", summary: "x" }] })),
    ],
    ["a review without findings", JSON.stringify({ ...review(), findings: undefined })],
    ["a line 0", JSON.stringify(review({ findings: [{ severity: "minor", summary: "x", line: 0 }] }))],
  ])("refuses %s", (_, text) => {
    const checked = checkHandOver({
      ...requestFor({ sent: {} }),
      bytes: new TextEncoder().encode(text),
    });
    expect(checked).toMatchObject({ ok: false, code: "schema" });
  });

  it("refuses more than 4 MB in one file", () => {
    const sent = work([file("a", { content: "0123456789abcdef".repeat(1 << 18) + "x" })]);
    expect(checkHandOver(requestFor({ sent }))).toMatchObject({ ok: false, code: "size" });
  });

  it("refuses what is not UTF-8", () => {
    expect(
      checkHandOver({ ...requestFor({ sent: {} }), bytes: new Uint8Array([0x22, 0xff, 0x22]) }),
    ).toMatchObject({ ok: false, code: "schema" });
  });
});

describe("an honest hand-over passes", () => {
  it.each<Case>([
    { what: "no commits", sent: work([], { commits: [] }) },
    {
      what: "the files of a whole run, where a moved base branch meets it",
      sent: work(many(1000), ofBase),
      request: { expected: { ...expected, ...ofBase } },
    },
    { what: "a script", sent: work([file("run.sh", { mode: "100755", content: "#!/bin/sh\n" })]) },
    { what: "a deletion", sent: work([file("old.ts", { deleted: true })]) },
    {
      what: "a declared binary",
      sent: work([file("logo.png", { base64: "AAECAw==" })]),
      request: declaring(["logo.png"]),
    },
    { what: "a declared folder", sent: work([file("src/a/b.ts")]), request: declaring(["src/a/"]) },
    {
      what: "the practice file",
      sent: work([file("practice/unit-3.md")]),
      request: declaring(["package.json"]),
    },
    {
      what: "names near to protected ones",
      sent: work([
        file("docs/agents.md.txt"),
        file("src/github/x.ts"),
        file(".kiro/specs/xy/a.md"),
        file(".gitignore"),
      ]),
    },
    {
      what: "a review",
      sent: review({
        findings: [
          { severity: "minor", path: "a", line: 3, summary: "x", details: "", criterion: "1.2", fix: null },
        ],
      }),
      request: { expected: { ...expected, role: "review" } },
    },
    {
      what: "a reviewer without a verdict",
      sent: work([], { role: "review", outcome: "failed" }),
      request: { expected: { ...expected, role: "review" } },
    },
  ])("$what", (one) => {
    expect(checkHandOver(requestFor(one))).toMatchObject({ ok: true });
  });

  it("fills in what is optional", () => {
    const checked = checkHandOver(requestFor({ sent: work([file("a")]) }));
    expect(checked).toMatchObject({
      ok: true,
      handOver: { verify: [], questions: [], usage: null, commits: [{ files: [{ mode: "100644" }] }] },
    });
  });
});

it.each([
  "const AKIA = 1",
  "sk-short",
  "the token ghp_xyz",
  "-----BEGIN PUBLIC KEY-----",
  "npm_config_cache=/tmp/x",
  "AKIAIOSFODNN7EXAMPLE",
  `ghp_${"x".repeat(36)}`,
  "task-sk-learn-a-pipeline-with-many-steps",
  "aws_secret_access_key = os.environ['AWS_SECRET_ACCESS_KEY']",
])("finds no credential in %s", (text) => {
  expect(holdsSecret(text)).toBe(false);
});
