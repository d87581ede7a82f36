/** docs/corpus.md: figures of real specs, and nothing of their text. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { corpusTable } from "../scripts/corpus.ts";

const CORPUS = process.env["ROUNDTABLE_CORPUS"];
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function rowsOf(specs: Readonly<Record<string, string>>): string[][] {
  const folder = mkdtempSync(join(tmpdir(), "roundtable-corpus-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(specs)) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "tasks.md"), text);
  }
  return corpusTable(folder)
    .split("\n")
    .filter((line) => /^\| (?!---|spec )/.test(line))
    .map((line) =>
      line
        .slice(2, -2)
        .split(" | ")
        .map((cell) => cell.trim()),
    );
}

describe("the table of the corpus", () => {
  it("has a row a spec: its figures, and why it goes one at a time", () => {
    expect(
      rowsOf({
        me__repo__wide:
          "- [x] 1. A\n  - _writes: a.ts_\n- [ ] 2. B\n  - _Depends: none_\n  - _writes: b.ts_\n- [ ] 3. C\n  - _writes: c.ts_\n  - _Depends: 1, 2_\n",
        me__repo__narrow:
          "- [ ] 1. A\n  - _writes: a.ts_\n- [ ] 2. B\n  - _writes: b.ts_\n  - _Depends: 1_\n",
        none: "# Nothing\n",
      }),
    ).toEqual([
      [
        "[me/repo](https://github.com/me/repo) narrow",
        "2",
        "2",
        "1",
        "",
        "",
        "",
        "",
        "2",
        "1",
        "2",
        "each waits for the one before it",
      ],
      ["[me/repo](https://github.com/me/repo) wide", "3", "3", "2", "", "", "", "", "3", "2", "2", ""],
      ["none", "0", "0", "", "", "", "", "", "", "0", "0", "has errors; no task"],
    ]);
  });

  it("holds no text of a spec, and no name that would change the table", () => {
    const rows = rowsOf({ "a|b](http:`<x>": "- [ ] 1. Secret words\n  - _writes: secret.ts_\n" });
    expect(rows.map((row) => [row.length, row[0]])).toEqual([[12, "a b (http:  x"]]);
    expect(JSON.stringify(rows)).not.toMatch(/secret/i);
  });
});

describe.runIf(CORPUS !== undefined)("docs/corpus.md", () => {
  it("is what `npm run corpus` makes", () => {
    expect(existsSync(CORPUS!)).toBe(true);
    expect(readFileSync("docs/corpus.md", "utf8"), "npm run corpus mends it").toBe(corpusTable(CORPUS!));
  });
});
