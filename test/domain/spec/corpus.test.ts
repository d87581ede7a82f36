/** Every real spec of a folder of them: `ROUNDTABLE_CORPUS=<folder> npx vitest run test/domain/spec/corpus.test.ts`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeSpec } from "../../../src/domain/spec/decode.ts";
import { parseSpec, type Spec } from "../../../src/domain/spec/spec.ts";
import { ticked } from "../../../src/domain/spec/ticks.ts";
import { linesOf } from "../../../src/domain/text/lines.ts";

const CORPUS = process.env["ROUNDTABLE_CORPUS"];
/** What a person sees as a checkbox line, told without the parser. */
const BOX = /^\s*(?:>\s*)*(?:[-*+]|\d+[.)]|#{1,6}|#{1,6} [-*+]) +\[[^\]]{0,12}\](?!\()/;
/** Specs whose errors are right, and why. */
const ERRORS: Readonly<Record<string, string>> = {
  ekicyou__pasta__lua_tail_recursion_optimization: "its list stands within a fence of Markdown",
  "gotalab__cc-sdd__face-mosaic-app": "its tasks.md is an empty stub",
};

interface Real {
  name: string;
  text: string;
  spec: Spec;
}

function textOf(folder: string, file: string): string | null {
  const path = join(CORPUS!, folder, file);
  if (!existsSync(path)) return null;
  const decoded = decodeSpec(readFileSync(path));
  if (!("text" in decoded)) throw new Error(`${path}: ${decoded.diagnostic.what}`);
  return decoded.text;
}

const realSpecs = (): Real[] =>
  readdirSync(CORPUS!).map((name) => {
    const text = textOf(name, "tasks.md")!;
    const requirements = textOf(name, "requirements.md") ?? textOf(name, "bugfix.md");
    return { name, text, spec: parseSpec({ tasks: text, requirements, design: textOf(name, "design.md") }) };
  });

describe.runIf(CORPUS !== undefined)("real specs", () => {
  const all = CORPUS === undefined ? [] : realSpecs();

  it("have errors only where they are known and explained", () => {
    const withErrors = all.filter(({ spec }) =>
      spec.diagnostics.some(({ severity }) => severity === "error"),
    );
    expect(withErrors.map(({ name }) => name)).toEqual(Object.keys(ERRORS));
  });

  it("have each box read as a task, a detail or a criterion of one, or told of in a diagnostic of its kind", () => {
    const lost: string[] = [];
    const kinds = new Map<string, number>();
    let boxes = 0;
    for (const { name, text, spec } of all) {
      const uses = new Map(spec.boxes.map((use) => [use.line, use]));
      const told = new Set(spec.diagnostics.map(({ code }) => code));
      for (const [at, line] of linesOf(text).entries()) {
        if (!BOX.test(line)) continue;
        boxes += 1;
        const use = uses.get(at + 1);
        const kind = use && (use.task === null ? `box-${use.as}` : use.as);
        kinds.set(kind ?? "none", (kinds.get(kind ?? "none") ?? 0) + 1);
        if (kind === undefined || (use!.task === null && !told.has(kind)))
          lost.push(`${name}:${at + 1}: ${line}`);
      }
    }
    expect(lost).toEqual([]);
    // Every kind has a name of its own; what is only left aside, without one, would be a catch-all.
    expect([...kinds.keys()].toSorted()).toEqual([
      "box-criterion",
      "box-fence",
      "box-note",
      "criterion",
      "detail",
      "task",
    ]);
    expect(kinds.get("task")! / boxes).toBeGreaterThan(0.85);
  });

  it("keep every byte but the marks when all is ticked", () => {
    for (const { name, text, spec } of all) {
      const after = ticked(
        text,
        spec.tasks.map(({ id }) => id),
      );
      const bare = (markdown: string): string => markdown.replaceAll(/\[[^\][\n]{0,4}\]/g, "[]");
      expect(bare(after) === bare(text), name).toBe(true);
    }
  });

  it("name requirements that are there, but for slips of their authors", () => {
    const names = all.flatMap(({ spec }) => spec.tasks.flatMap(({ requirements }) => requirements));
    const unknown = all.flatMap(({ spec }) =>
      spec.diagnostics.filter(({ code }) => code === "unknown-requirement"),
    );
    expect(names.length).toBeGreaterThan(6000);
    expect(unknown.length / names.length).toBeLessThan(0.01);
  });
});
