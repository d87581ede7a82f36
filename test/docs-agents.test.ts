/** The table of docs/agents.md is what the code says. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { CLIS } from "../src/adapters/agent/clis.ts";
import { ABILITIES } from "../src/domain/agent/backend.ts";
import { UNTESTED } from "../src/domain/config-agents.ts";

const yes = (is: boolean): string => (is ? "yes" : "no");

const rows = Object.values(CLIS).map(({ backend, program, npm, ownKey, sandboxProbe }) => {
  const can = ABILITIES[backend];
  const cells = [
    `\`${backend}\`${UNTESTED.includes(backend) ? " (untested)" : ""}`,
    npm === null ? `\`${program}\`, yours` : `\`${npm.name}\` ${npm.version}`,
    `\`${can.provider?.key ?? ownKey ?? ""}\``,
    can.needsModel ? "required" : "its own choice without",
    yes(can.hasTurnCap),
    yes(sandboxProbe !== null),
  ];
  return `| ${cells.join(" | ")} |`;
});

it("docs/agents.md tells of each backend what the code does", () => {
  const [, table = ""] =
    /<!-- backends:[^>]*-->\n([\s\S]*?)<!-- \/backends -->/.exec(readFileSync("docs/agents.md", "utf8")) ??
    [];
  expect(table.trim().split("\n").slice(2)).toEqual(rows);
});

it("a program that must see its key has one, and nobody else", () => {
  for (const { backend, ownKey } of Object.values(CLIS))
    expect([backend, ownKey !== null]).toEqual([backend, ABILITIES[backend].needsKeyVisible]);
});
