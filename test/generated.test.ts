/** What is generated stands as its source makes it. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { schemaFiles } from "../scripts/schemas.ts";

it("schema/ is what `npm run schemas` makes", () => {
  const files = schemaFiles();
  expect(readdirSync("schema").toSorted()).toEqual([...files.keys()].toSorted());
  for (const [name, content] of files)
    expect(readFileSync(`schema/${name}`, "utf8"), `npm run schemas mends ${name}`).toBe(content);
});
