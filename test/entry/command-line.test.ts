/** What the program says of itself. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { commandLine } from "../../src/entry/command-line.ts";
import { onlooker, ROOT } from "../support/local-run.ts";

const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };

it("--version is the package's, on stdout, from wherever it is asked", async () => {
  const { terminal, lines, printed } = onlooker({ cwd: tmpdir(), env: {} });
  expect(await commandLine(["--version"], terminal)).toBe(0);
  expect({ printed, lines }).toEqual({ printed: [version], lines: [] });
  const program = spawnSync(process.execPath, [join(ROOT, "src/entry/cli.ts"), "--version"], {
    cwd: tmpdir(),
    encoding: "utf8",
  });
  expect(program).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: "" });
});

it("--help names the version's flag and every command, on stdout", async () => {
  const { terminal, lines, printed } = onlooker({ cwd: tmpdir(), env: {} });
  expect(await commandLine(["--help"], terminal)).toBe(0);
  const help = printed.join("\n");
  expect(help).toContain("--version");
  const documented = readFileSync(join(ROOT, "docs/cli.md"), "utf8").matchAll(/^## (\w+)$/gm);
  expect(lines).toEqual([]);
  for (const [, command] of documented) expect(help).toMatch(new RegExp(`^ {2}${command} `, "m"));
});
