/** What a text says otherwise, line by line, as git shows it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plain } from "../../domain/plan-view/look.ts";
import { machine } from "../compose.ts";

/** `-` is a line as shipped, `+` one as it is there. */
export async function differencesOf(shipped: string, there: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "roundtable-init-"));
  try {
    await writeFile(join(folder, "shipped"), shipped);
    await writeFile(join(folder, "there"), there);
    const { stdout } = await machine.processes.run({
      command: "git",
      args: ["diff", "--no-index", "--no-color", "--no-ext-diff", "--unified=0", "shipped", "there"],
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
    });
    const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
    return lines.slice(lines.findIndex((line) => line.startsWith("@@"))).map(plain);
  } finally {
    await rm(folder, { recursive: true });
  }
}
