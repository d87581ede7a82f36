/** What is generated stands as its source makes it. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { commandsPage } from "../scripts/commands.ts";
import { configurationPage } from "../scripts/configuration.ts";
import { schemaFiles } from "../scripts/schemas.ts";
import { ConfigFile } from "../src/domain/config-file.ts";
import { parseCommand } from "../src/domain/run/command.ts";
import { COMMANDS } from "../src/domain/run/commands.ts";
import { parseConfig } from "../src/domain/config.ts";

it("schema/ is what `npm run schemas` makes", () => {
  const files = schemaFiles();
  expect(readdirSync("schema").toSorted()).toEqual([...files.keys()].toSorted());
  for (const [name, content] of files)
    expect(readFileSync(`schema/${name}`, "utf8"), `npm run schemas mends ${name}`).toBe(content);
});

it("docs/configuration.md is what `npm run schemas` makes", () => {
  expect(readFileSync("docs/configuration.md", "utf8"), "npm run schemas mends it").toBe(configurationPage());
});

it("docs/commands.md is what `npm run schemas` makes, and each example in it is read as its command", () => {
  expect(readFileSync("docs/commands.md", "utf8"), "npm run schemas mends it").toBe(commandsPage());
  for (const { name, example } of COMMANDS)
    expect(parseCommand(`/orchestrate ${example}`)).toMatchObject({
      kind: "command",
      command: { kind: name ?? "ask" },
    });
});

it("the example of docs/configuration.md is in order and shows every key", () => {
  const example = /```yaml\n(.*?)```/s.exec(readFileSync("docs/configuration.md", "utf8"))![1]!;
  expect(parseConfig(example).diagnostics).toEqual([]);
  expect(Object.keys(parse(example) as object).toSorted()).toEqual(Object.keys(ConfigFile.shape).toSorted());
});

it("editors are shown the meaning of a key", () => {
  const schema = JSON.parse(schemaFiles().get("config.schema.json")!) as {
    properties: Record<string, { description?: string }>;
  };
  for (const [name, { description }] of Object.entries(schema.properties))
    expect(description, name).toMatch(/\w.*\.$/);
});
