/** What a real program printed in a scenario: a first line that says which one, then its standard output. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { CliOutput } from "../../src/adapters/agent/cli.ts";
import { Backend } from "../../src/domain/config-agents.ts";
import { ROLES } from "../../src/domain/run/names.ts";
import { ROOT } from "./local-run.ts";

export const RECORDINGS = join(ROOT, "test/adapters/agent/recordings");

const Header = z.strictObject({
  cli: Backend,
  version: z.string(),
  scenario: z.string(),
  role: z.enum(ROLES),
  model: z.string().nullable(),
  code: z.number().nullable(),
  usage: z.string(),
  stderr: z.string(),
});
type Header = z.infer<typeof Header>;

const LINE = 4000;

/** Places of this machine stand for themselves; what no reader looks at is cut. */
export function writeRecording(
  header: Omit<Header, "stderr">,
  { output, hide }: { output: CliOutput; hide: readonly string[] },
): void {
  const plain = (text: string): string =>
    hide.reduce((said, place, at) => said.replaceAll(place, `<place ${at + 1}>`), text);
  const lines = output.stdout
    .split("\n")
    .filter((line) => line !== "" && !line.includes('"ephemeral":true'))
    .map((line) => (line.length > LINE && line.includes('"init"') ? line.slice(0, LINE) : line));
  const first: Header = { ...header, usage: plain(header.usage), stderr: plain(output.stderr).slice(-2000) };
  mkdirSync(join(RECORDINGS, header.cli), { recursive: true });
  writeFileSync(
    join(RECORDINGS, header.cli, `${header.scenario}.jsonl`),
    `${[JSON.stringify(first), ...lines.map(plain)].join("\n")}\n`,
  );
}

export function readRecording(path: string): { header: Header; output: CliOutput } {
  const [first = "", ...lines] = readFileSync(path, "utf8").split("\n");
  const header = Header.parse(JSON.parse(first));
  const { code, stderr, usage } = header;
  return { header, output: { code, stderr, usage, stdout: lines.join("\n") } };
}
