/** The rules that need no process: matrix, permissions, assignments, expressions. */
import { describe, expect, it } from "vitest";

import { holds, resolve } from "../../../src/local-github/actions/expression.ts";
import type { Status } from "../../../src/local-github/actions/expression.ts";
import { combinations } from "../../../src/local-github/actions/matrix.ts";
import { Expression, parseWorkflow } from "../../../src/local-github/actions/parser.ts";
import { permissionsOf } from "../../../src/local-github/actions/permissions.ts";
import { parseAssignments } from "../../../src/local-github/actions/workflow-commands.ts";

describe("matrix", () => {
  it("follows the example of GitHub's documentation for include", () => {
    const found = combinations({
      fruit: ["apple", "pear"],
      animal: ["cat", "dog"],
      include: [
        { color: "green" },
        { color: "pink", animal: "cat" },
        { fruit: "apple", shape: "circle" },
        { fruit: "banana" },
        { fruit: "banana", animal: "cat" },
      ],
    });
    expect(found).toEqual([
      { fruit: "apple", animal: "cat", color: "pink", shape: "circle" },
      { fruit: "apple", animal: "dog", color: "green", shape: "circle" },
      { fruit: "pear", animal: "cat", color: "pink" },
      { fruit: "pear", animal: "dog", color: "green" },
      { fruit: "banana" },
      { fruit: "banana", animal: "cat" },
    ]);
  });

  it.each([
    [{ n: [1, 2], exclude: [{ n: 2 }] }, [{ n: 1 }]],
    [{ include: [{ a: 1 }, { a: 2 }] }, [{ a: 1 }, { a: 2 }]],
    [
      { n: [{ deep: 1 }, { deep: 2 }], m: ["x"], exclude: [{ n: { deep: 1 } }] },
      [{ n: { deep: 2 }, m: "x" }],
    ],
  ])("of %j makes %j", (matrix, expected) => {
    expect(combinations(matrix)).toEqual(expected);
  });

  it.each([
    [{ n: [1], exclude: [{ n: 1 }] }, "does not contain any values"],
    [{ n: "text" }, "is not a list"],
    [{ n: Array.from({ length: 257 }, (_, index) => index) }, "more than 256"],
  ])("of %j is refused", (matrix, says) => {
    expect(() => combinations(matrix)).toThrow(says);
  });
});

describe("permissions", () => {
  const top = { contents: "write", metadata: "read" } as const;
  it.each([
    { tree: null, inherited: null, granted: { contents: "read", metadata: "read", packages: "read" } },
    { tree: null, inherited: top, granted: top },
    { tree: {}, inherited: top, granted: { metadata: "read" } },
    { tree: { issues: "read" }, inherited: top, granted: { issues: "read", metadata: "read" } },
    {
      tree: { contents: "none", "pull-requests": "write" },
      inherited: top,
      granted: { metadata: "read", pull_requests: "write" },
    },
  ])("$tree below $inherited grants $granted", ({ tree, inherited, granted }) => {
    expect(permissionsOf(tree, inherited)).toEqual(granted);
  });

  it("write-all holds every key", () => {
    expect(permissionsOf("write-all", null)).toMatchObject({ contents: "write", pull_requests: "write" });
    expect(permissionsOf("read-all", top)).toMatchObject({ contents: "read", actions: "read" });
  });
});

describe("files that steps write", () => {
  it.each([
    [
      "a=b\nc=d=e\n",
      [
        ["a", "b"],
        ["c", "d=e"],
      ],
    ],
    [
      "a<<X\none\n\ntwo\nX\nb=1",
      [
        ["a", "one\n\ntwo"],
        ["b", "1"],
      ],
    ],
    ["a<<X\r\none\r\nX\r\n", [["a", "one"]]],
    ["a=x<<y\n", [["a", "x<<y"]]],
    ["", []],
  ])("%j", (text, expected) => {
    expect(parseAssignments(text)).toEqual(expected);
  });

  it.each([
    ["a<<X\none\n", "Matching delimiter not found 'X'"],
    ["nonsense\n", "Invalid format 'nonsense'"],
  ])("%j is refused", (text, says) => {
    expect(() => parseAssignments(text)).toThrow(says);
  });
});

describe("conditions", () => {
  const statuses: Status[] = ["success", "failure", "cancelled", "skipped"];
  it.each([
    ["", [true, false, false, false]],
    ["true", [true, false, false, false]],
    ["'success()' != ''", [true, false, false, false]],
    ["always()", [true, true, true, true]],
    ["failure()", [false, true, false, false]],
    ["cancelled()", [false, false, true, false]],
    ["!cancelled()", [true, true, false, true]],
    ["(failure() || success()) && github.ok", [true, true, false, false]],
    ["env.always == 'x'", [false, false, false, false]],
  ])("%s holds in %j", (condition, expected) => {
    const contexts = { github: { ok: true }, env: {} };
    expect(statuses.map((status) => holds(condition, { contexts, status }))).toEqual(expected);
  });
});

describe("the parser's own faults that are mended here", () => {
  it("texts of several lines are values, not source", async () => {
    const text = [
      "on: push",
      "jobs:",
      "  a:",
      "    runs-on: x",
      "    steps:",
      "      - run: |",
      "          one ${{ 'x' }}",
      "            'two'",
      "      - name: >-",
      "          folded ${{ 1 }}",
      "          text",
      "        run: 'true'",
    ].join("\n");
    const { tree, problems } = await parseWorkflow("a.yml", text);
    expect(problems).toEqual([]);
    const scope = { contexts: {}, status: "success" } as const;
    expect(resolve(tree, scope)).toMatchObject({
      jobs: { a: { steps: [{ run: "one x\n  'two'\n" }, { name: "folded 1 text" }] } },
    });
  });

  it("all doubled quotes of a text are undoubled", () => {
    const scope = { contexts: {}, status: "success" } as const;
    expect(resolve(new Expression("'it''s ''so'''"), scope)).toBe("it's 'so'");
  });
});
