import { expect, it } from "vitest";
import { diffPart } from "../../../src/domain/agent/diff.ts";
import type { ChangedFile } from "../../../src/domain/review/inline.ts";

const partOf = (files: readonly ChangedFile[] | null): string =>
  diffPart({ diffs: [{ since: "the unit began", from: "a".repeat(40), files }] });
const fenceUnder = (part: string, sentence: string): string[] =>
  part.split(`${sentence}\n\n\`\`\`text\n`)[1]?.split("\n```")[0]?.split("\n") ?? [];
const AT = "Since the unit began, at aaaaaaaaaaaa";
const LEFT = `${AT}, changed too; read them where they stand:`;

it("shows each patch below its path", () => {
  const part = partOf([
    { path: "a.js", patch: "+1" },
    { path: "b.js", patch: "+2" },
  ]);
  expect(fenceUnder(part, `${AT}:`)).toEqual(["--- a.js", "+1", "--- b.js", "+2"]);
  expect(part).not.toContain("changed too");
});

it("names what is no text and what there is no room for, and shows the rest", () => {
  const part = partOf([
    { path: "image.png", patch: null },
    { path: "long.js", patch: "+x\n".repeat(20_000) },
    { path: "a.js", patch: "+1" },
  ]);
  expect(fenceUnder(part, `${AT}:`)).toEqual(["--- a.js", "+1"]);
  expect(fenceUnder(part, LEFT)).toEqual(["image.png", "long.js"]);
});

it("stays in bounds, and says where GitHub told of no more files", () => {
  const many = Array.from({ length: 300 }, (_, n) => ({ path: `src/${n}.js`, patch: "+x".repeat(1000) }));
  const part = partOf(many);
  expect(part.length).toBeLessThan(50_000);
  expect(fenceUnder(part, LEFT).at(-1)).toBe("(GitHub names no more than 300 files)");
});

it.each([
  [null, `${AT}: GitHub does not compare these commits.`],
  [[], `${AT}: no file differs.`],
])("of %j says so", (files, says) => expect(partOf(files)).toContain(says));

it("is nothing where nothing is judged", () => expect(diffPart({ diffs: [] })).toBe(""));
