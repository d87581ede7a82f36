import { describe, expect, it } from "vitest";
import { checkHandOver, GUARDS, type HandOverRequest } from "../../src/domain/handover/check.ts";
import { AGENT_CONFIGURATION } from "../../src/domain/handover/protected-path.ts";
import { findSecret } from "../../src/domain/handover/secret.ts";

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
  special: ["linked", "vendor/lib"],
  ...request,
});

const declaring = (writes: string[]): Partial<HandOverRequest> => ({
  rules: { protectedPaths: [], specPath: ".kiro/specs/x", writes },
});
const many = (count: number): File[] => Array.from({ length: count }, (_, at) => file(`f${at}`));
const ofBase = { unit: "_base", role: "resolve" };
const MARKED = "one\n<<<<<<< landed\ntwo\n=======\nthree\n>>>>>>> this-unit\n";
const GITHUB_TOKEN = `ghp_${"a1B2".repeat(9)}`;

const REFUSED: Readonly<Record<string, Case[]>> = {
  binding: [
    { what: "another run", sent: work([file("a")], { run: 13 }) },
    { what: "another unit", sent: work([file("a")], { unit: "4" }) },
    { what: "another role", sent: work([file("a")], { role: "fix" }) },
    { what: "another attempt", sent: work([file("a")], { attempt: 2 }) },
    { what: "an old nonce", sent: work([file("a")], { nonce: "n0" }) },
    { what: "another base", sent: work([file("a")], { baseSha: "c" }) },
    { what: "another head", sent: work([file("a")], { headSha: "c" }) },
  ],
  role: [
    { what: "a verdict in place of work", sent: review({ role: "implement" }) },
    {
      what: "files from a reviewer",
      sent: work([file("a")], { role: "review" }),
      request: { expected: { ...expected, role: "review" } },
    },
  ],
  content: [
    { what: "no content", sent: work([file("a", {})]) },
    { what: "two contents", sent: work([file("a", { content: "x", base64: "eA==" })]) },
    { what: "deleted with content", sent: work([file("a", { content: "x", deleted: true })]) },
  ],
  files: [
    { what: "101 files", sent: work(many(101)) },
    {
      what: "1001 files where a moved base branch meets the whole run",
      sent: work(many(1001), ofBase),
      request: { expected: { ...expected, ...ofBase } },
    },
    {
      what: "the same over two commits",
      sent: work([], {
        commits: [1, 2].map((n) => ({
          message: "m",
          task: null,
          files: Array.from({ length: 51 }, (_, at) => file(`${n}/${at}`)),
        })),
      }),
    },
  ],
  size: [
    { what: "more than 4 MB", sent: work([file("a", { content: "x".repeat(4 * 1024 * 1024 + 1) })]) },
    {
      what: "bytes, not characters",
      sent: work([file("a", { content: "é".repeat(600) })]),
      request: { rules: { protectedPaths: [], specPath: "s", writes: null, maxBytes: 1000 } },
    },
    {
      what: "base64 unpacked",
      sent: work([file("a", { base64: "AAAA".repeat(400) })]),
      request: { rules: { protectedPaths: [], specPath: "s", writes: ["a"], maxBytes: 1000 } },
    },
  ],
  path: [
    "",
    "/etc/passwd",
    "../up",
    "a/../../b",
    "a//b",
    "./a",
    "C:/a",
    "a\\b",
    "a\nb",
    ".git/config",
    "sub/.GIT/hooks/x",
    ".git./x",
    ".g\u200Cit/x",
    "git~1/x",
    "x".repeat(401),
  ].map((path) => ({ what: JSON.stringify(path.slice(0, 20)), sent: work([file(path)]) })),
  twice: [
    { what: "the same path", sent: work([file("a"), file("a", { deleted: true })]) },
    { what: "a file below a file", sent: work([file("a"), file("a/b")]) },
  ],
  protected: [
    ".github/workflows/ci.yml",
    ".GitHub/roundtable.yml",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitmodules",
    ".kiro/specs/x/tasks.md",
    "infra/main.tf",
    "packages/a/AGENTS.md",
    ...AGENT_CONFIGURATION,
    ".claude/settings.json",
    ".kiro/hooks/run.json",
  ].map((path) => ({ what: path, sent: work([file(path)]) })),
  symlink: [{ what: "a link", sent: work([file("a", { mode: "120000", content: "/etc/passwd" })]) }],
  submodule: [{ what: "a commit", sent: work([file("a", { mode: "160000", content: "" })]) }],
  special: [
    { what: "below a link", sent: work([file("linked/a")]) },
    { what: "in a submodule", sent: work([file("vendor/lib/a.c")]) },
    { what: "the link itself, in other case", sent: work([file("Linked")]) },
  ],
  mode: [
    { what: "a folder's mode", sent: work([file("a", { mode: "040000", content: "x" })]) },
    { what: "setuid", sent: work([file("a", { mode: "104755", content: "x" })]) },
  ],
  binary: [
    { what: "NUL in base64", sent: work([file("a.png", { base64: "AAECAw==" })]) },
    { what: "NUL in text", sent: work([file("a.txt", { content: "a\0b" })]) },
  ],
  conflict: [{ content: MARKED }, { base64: btoa(MARKED) }].map((more) => ({
    what: `markers in ${Object.keys(more)[0]}`,
    sent: work([file("a", more)], { role: "resolve" }),
    request: { expected: { ...expected, role: "resolve" } },
  })),
  secret: [
    { what: "in a file", sent: work([file("a", { content: `one\ntoken = ${GITHUB_TOKEN}\n` })]) },
    { what: "in base64", sent: work([file("a", { base64: btoa(GITHUB_TOKEN) })]) },
    { what: "in the summary", sent: work([file("a")], { summary: GITHUB_TOKEN }) },
    {
      what: "in a commit message",
      sent: work([], { commits: [{ message: GITHUB_TOKEN, task: null, files: [file("a")] }] }),
    },
    { what: "in a path", sent: work([file(`keys/${GITHUB_TOKEN}`)]) },
    {
      what: "in a finding",
      sent: review({ findings: [{ severity: "minor", summary: GITHUB_TOKEN }] }),
      request: { expected: { ...expected, role: "review" } },
    },
  ],
};

const TABLE = Object.entries(REFUSED).flatMap(([code, cases]) => cases.map((one) => ({ code, ...one })));

describe("a hand-over is refused with one sentence", () => {
  it.each(TABLE)("$code: $what", ({ code, ...one }) => {
    const checked = checkHandOver(requestFor(one));
    expect(checked).toMatchObject({ ok: false, code });
    expect(!checked.ok && checked.sentence).toMatch(/^[^\n]+\.$/);
    expect(JSON.stringify(checked)).not.toContain(GITHUB_TOKEN);
  });

  it.each(TABLE)("and only by its guard: without $code, $what passes", ({ code, ...one }) => {
    const others = GUARDS.filter((guard) => guard.code !== code && !covering(code).includes(guard.code));
    expect(checkHandOver(requestFor(one), others).ok).toBe(true);
  });

  it("has a case for every guard, in the order of the design", () => {
    expect(GUARDS.map((guard) => guard.code)).toEqual(Object.keys(REFUSED));
  });
});

/** A second guard that would also stop the same case: deep defence, named so that it stays deliberate. */
function covering(code: string): string[] {
  if (code === "symlink" || code === "submodule") return ["mode"];
  return [];
}

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

it.each<[string, string]>([
  ["a private key", ["-----BEGIN RSA", "PRIVATE KEY-----"].join(" ")],
  ["a private key", ["-----BEGIN", "PRIVATE KEY-----"].join(" ")],
  ["a GitHub token", `github_pat_${"A1".repeat(41)}`],
  ["a GitLab token", `glpat-${"a1".repeat(10)}`],
  ["an AWS access key", `AKIA${"ABCD2345".repeat(2)}`],
  ["an Anthropic key", `sk-ant-api03-${"aB".repeat(20)}`],
  ["an OpenAI key", `sk-proj-${"aB1".repeat(16)}`],
  ["a Google API key", `AIza${"a".repeat(35)}`],
  ["a Slack token", `xoxb-${"1".repeat(12)}-${"a".repeat(12)}`],
  ["a Slack webhook", `https://hooks.slack.com/services/T01/B01/${"a".repeat(24)}`],
  ["an npm token", `npm_${"a".repeat(36)}`],
  ["a PyPI token", `pypi-AgEIcHlwaS5vcmc${"a".repeat(60)}`],
  ["a Stripe key", `sk_live_${"a".repeat(24)}`],
  ["a SendGrid key", `SG.${"a".repeat(22)}.${"b".repeat(43)}`],
  ["an Azure storage key", `AccountKey=${"a".repeat(86)}==`],
])("knows %s by its form", (kind, text) => {
  expect(findSecret(`first\nkey: ${text}\n`)).toEqual({ kind, line: 2 });
});

it.each([
  "const AKIA = 1",
  "sk-short",
  "the token ghp_xyz",
  "-----BEGIN PUBLIC KEY-----",
  "npm_config_cache=/tmp/x",
])("finds nothing in %s", (text) => {
  expect(findSecret(text)).toBeNull();
});
