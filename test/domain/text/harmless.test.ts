/** Others' text in our bodies: what it must not be able to do, and that it stays readable. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  COMMIT_STEPS,
  commitSubject,
  fenced,
  harmless,
  harmlessLine,
  LINE_STEPS,
} from "../../../src/domain/text/harmless.ts";

describe("others' text", () => {
  it.each([
    ["mentions nobody", "@octocat", /@octocat/],
    ["nor by an entity", "&#64;octocat &commat;octocat", /&#64;|&commat;/],
    ["closes nothing", "Closes #1, fixes octo/demo#2", /closes #1|#\d/i],
    ["holds no markup", "<img src=x>", /<img/],
    ["forges no marker", "<!-- roundtable:run run=1 -->", /<!--/],
    ["gives no command", "/orchestrate cancel", /^\/orchestrate/m],
    ["shows no picture", "![x](https://github.com/a.png)", /!\[/],
    ["links nowhere else", "[x](http://evil.example) https://evil.example", /https?:\/\/evil/],
    ["nor by a reference", "[y]: //evil.example", /\[y\]:/],
    ["nor by a bare name", "www.evil.example", /www\.evil/],
    ["hides nothing", "a\u202Eb\u200Bc\u0007", /[\u202E\u0007]/],
  ])("%s", (_, text, bad) => expect(harmless(text)).not.toMatch(bad));

  it("stays as it is where it is plain", () => {
    const plain = "Read `src/a.ts`, then **write** it.\n\n- one\n- two: see https://docs.github.com/en\n";
    expect(harmless(plain)).toBe(plain);
  });

  it("is never longer than allowed, and a line is a line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect([...harmless(text, { max: 50 })].length).toBeLessThanOrEqual(50);
        expect(harmlessLine(text)).not.toMatch(/[\n\r]/);
      }),
    );
  });

  it("is changed by no step where it has but plain letters and signs, which no step is tried on", () => {
    const words = ["closes", "GH", "www", "ci skip", "suggestion", "orchestrate", "a"];
    const signs = [..." _,;()'\"09"];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words, ...signs)), (parts) => {
        const text = parts.join("");
        for (const { code, defuse } of [...LINE_STEPS, ...COMMIT_STEPS])
          expect(defuse(text), code).toBe(text);
        expect(harmless(text, { max: 10_000 })).toBe(text);
      }),
    );
  });

  it("cannot leave its code block", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[`a\n]{0,30}$/), (text) => {
        const lines = fenced(text).split("\n");
        const fence = lines.at(-1)!;
        expect(lines.slice(1, -1).some((line) => line.startsWith(fence))).toBe(false);
      }),
    );
  });
});

describe("the first line of a commit", () => {
  it.each([
    ["closes nothing", "Fixes #1 and closes octo/demo#2", /fixes #1|closes octo\/demo#2/i],
    ["calls nobody", "For @octo/team", /@octo/],
    ["keeps no workflow from running", "Done [skip ci]", /\[skip ci\]/],
    [
      "in any of GitHub's words",
      "[CI skip] [no ci] [skip actions] [actions skip]",
      /\[(ci|no|skip|actions) /i,
    ],
    ["is one line", "One\n\nskip-checks: true", /\n/],
  ])("%s", (_, text, alive) => {
    expect(text).toMatch(alive);
    expect(commitSubject(text)).not.toMatch(alive);
  });

  it("is short", () => expect(commitSubject("x".repeat(500)).length).toBeLessThanOrEqual(120));
});
