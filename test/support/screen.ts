/** A person who only reads, and repositories for commands that only read. */
import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Screen } from "../../src/entry/terminal.ts";

export function aScreen(
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Screen & { out: string[]; err: string[] } {
  const [out, err]: [string[], string[]] = [[], []];
  return {
    cwd,
    env: { PATH: process.env["PATH"], ...env },
    print: (text) => void out.push(text),
    line: (text) => void err.push(text),
    out,
    err,
  };
}

/** A git repository that holds these files, none of them committed. Its path has no links. */
export function repositoryOf(folder: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  execFileSync("git", ["init", "--quiet", "--initial-branch=main"], { cwd: folder });
  return realpathSync(folder);
}
