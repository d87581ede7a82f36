import { describe, expect, it } from "vitest";
import { placed } from "../../../src/domain/review/inline.ts";

const PATCH = [
  "@@ -1,3 +1,4 @@",
  " one",
  "-two",
  "+TWO",
  "+two and a half",
  " three",
  "\\ No newline at end of file",
  "@@ -40 +41,2 @@ function far() {",
  " far",
  "+++ i; // not a header: a line that was added",
].join("\n");

const linesOf = (patch: string | null): number[] => {
  const comments = Array.from({ length: 60 }, (_, at) => ({ path: "a", line: at + 1, body: "b" }));
  return placed(comments, [{ path: "a", patch }]).inline.map(({ line }) => line);
};

describe("a comment stands at its line", () => {
  it.each<[string, string | null, number[]]>([
    ["when the patch shows it, changed or not", PATCH, [1, 2, 3, 4, 41, 42]],
    ["in a new file", "@@ -0,0 +1,2 @@\n+a\n+b", [1, 2]],
    ["never where a file is deleted", "@@ -1,2 +0,0 @@\n-a\n-b", []],
    ["never where GitHub shows no patch", null, []],
  ])("%s", (_, patch, lines) => expect(linesOf(patch)).toEqual(lines));

  it("else it is kept for the body", () => {
    const comments = [
      { path: "a", line: 9, body: "outside" },
      { path: "b", line: 1, body: "another file" },
    ];
    expect(placed(comments, [{ path: "a", patch: PATCH }])).toEqual({ inline: [], rest: comments });
  });
});
