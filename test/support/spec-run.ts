/** A spec, run the whole way with the practice agent. */
import { join } from "node:path";
import { expect } from "vitest";
import { faults, git, repositoryWith, runLocal, temporary } from "./local-run.ts";

export async function runsToTheEnd(from: string, name: string): Promise<void> {
  const folder = temporary();
  try {
    const spec = repositoryWith(join(folder.path, "repo"), { from, name });
    const { report, code, lines } = await runLocal({
      spec,
      out: join(folder.path, "out"),
      options: { agent: "practice" },
    });
    expect(faults(lines)).toEqual([]);
    expect(report).toMatchObject({ outcome: "complete" });
    expect(code).toBe(0);
    expect(report.units.map((unit) => unit.phase)).toEqual(report.units.map(() => "completed"));
    const head = git(report.paths.repository, "rev-parse", `refs/heads/${report.run!.integrationBranch}`);
    for (const unit of report.units) {
      expect(git(report.paths.repository, "merge-base", "--is-ancestor", unit.landedSha!, head)).toBe("");
    }
    const tasks = git(report.paths.repository, "show", `${head}:.kiro/specs/${name}/tasks.md`);
    for (const unit of report.units) expect(tasks, unit.id).toMatch(/\[x\]/);
    expect(git(join(folder.path, "repo"), "status", "--porcelain")).toBe("");
  } finally {
    folder.done();
  }
}
