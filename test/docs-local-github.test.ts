/** The page on the local GitHub names a test for each fact: each of them is there. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const page = readFileSync(new URL("../docs/local-github.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| .+ \| `([\w/.-]+\.test\.ts)` \| (.+) \|$/gmu)];
const written = (page.match(/^\| .*\.test\.ts` .*$/gmu) ?? []).length;

it("every row names a test that is there", () => {
  expect(rows.length).toBeGreaterThan(90);
  expect(rows).toHaveLength(written);
  const texts = new Map(
    rows.map(([, file = ""]) => [
      file,
      readFileSync(new URL(`local-github/${file}`, import.meta.url), "utf8"),
    ]),
  );
  const missing = rows.filter(([, file = "", title = ""]) => !texts.get(file)?.includes(`"${title}"`));
  expect(missing.map(([, file, title]) => `${file}: ${title}`)).toEqual([]);
});
