/** Specs of different shapes, run the whole way with the practice agent. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { faults, git, repositoryWith, ROOT, runLocal, temporary } from "../support/local-run.ts";

const FIXTURES = join(ROOT, "test/fixtures/specs");
const CORPUS = process.env["ROUNDTABLE_CORPUS"];
/** Small ones of different languages and shapes, with open tasks left. */
const FROM_CORPUS = [
  "ayush-kumar-alterdomus__life-change__social-features",
  "j5ik2o__fraktor-rs__serializer-nested-field",
  "komi12345__ChatbotFrance__chatbot-whatsapp",
];

async function runsToTheEnd(from: string, name: string): Promise<void> {
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

describe("specs of our own", () => {
  it.each(readdirSync(FIXTURES))("%s", (name) => runsToTheEnd(join(FIXTURES, name), name), 180_000);
});

describe.runIf(CORPUS !== undefined)("real specs", () => {
  it("the folder that ROUNDTABLE_CORPUS names is there", () => expect(existsSync(CORPUS!)).toBe(true));

  it.each(FROM_CORPUS)("%s", (name) => runsToTheEnd(join(CORPUS!, name), "spec"), 300_000);
});
