import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cap, few, fewLines, quote } from "../../../src/domain/board/body.ts";
import { alive } from "../../support/view.ts";

const MARK = "<!-- roundtable:run run=12 -->";

const block = fc.oneof(
  fc.nat(4000).map((length) => ["x".repeat(length)]),
  fc.nat(400).map((count) => ["````text", ...Array.from({ length: count }, () => "```\nshort"), "````"]),
  fc
    .nat(400)
    .map((count) => [
      "- item",
      "  ```text",
      ...Array.from({ length: count }, () => "  in an item"),
      "  ```",
      "",
    ]),
  fc
    .nat(400)
    .map((count) => [
      "<details><summary>More</summary>",
      "",
      ...Array.from({ length: count }, () => "- line"),
      "",
      "</details>",
      "",
    ]),
);

describe("the cut of a body", () => {
  it("keeps the marker, the limit, and no block open", () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 80 }), (blocks) => {
        const body = cap([...blocks.flat(), "", MARK]);
        expect(body.length).toBeLessThan(60_000);
        expect(body.endsWith(`\n${MARK}`)).toBe(true);
        expect(alive(body)).toEqual([]);
        expect(body.split("</details>").length).toBe(body.split("<details>").length);
      }),
      { numRuns: 60 },
    );
  });

  it("says that something is missing, and only then", () => {
    expect(cap(["short", MARK])).toBe(`short\n${MARK}`);
    expect(cap([...Array.from({ length: 7000 }, () => "ten chars."), MARK])).toContain("… (cut)");
  });
});

it("a quote holds every line of others' text", () => {
  expect(quote("a\n\n```\n# b")).toEqual(["> a", ">", "> ```", "> # b"]);
  expect(quote(" \n ")).toEqual([]);
});

it("what is left out of a list is counted", () => {
  expect(few(["a", "b", "c"], 2)).toBe("a, b and 1 more");
  expect(few(["a", "b"], 2)).toBe("a, b");
  expect(fewLines(["- a", "- b", "- c"], 1)).toEqual(["- a", "- … and 2 more"]);
});
