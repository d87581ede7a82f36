/** Every step of the shipped agent workflow is needed: without it no run comes to its end. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import { git, ROOT, runLocal, temporary } from "../support/local-run.ts";

const WORKFLOW = join(ROOT, "workflows/roundtable-agent.yml");

interface Step {
  job: string;
  at: number;
  uses: string;
}

const steps = (): Step[] => {
  const jobs = parseDocument(readFileSync(WORKFLOW, "utf8")).get("jobs") as YAMLMap<
    { value: string },
    YAMLMap
  >;
  return jobs.items.flatMap(({ key, value }) =>
    (value!.get("steps") as YAMLSeq<YAMLMap>).items.map((step, at) => ({
      job: key.value,
      at,
      uses: String(step.get("uses")).replace(/@.*/, ""),
    })),
  );
};

/** Uploads, downloads, and what verifies: everything but checkouts, and the wake that only saves time. */
const NEEDED = steps().filter(({ job, uses }) => job !== "wake" && !uses.endsWith("/checkout"));

describe("the shipped agent workflow", () => {
  it("has the steps that this test takes away", () => expect(NEEDED.length).toBeGreaterThanOrEqual(8));

  it.each(NEEDED)("comes to no good end without step $at of $job ($uses)", async ({ job, at }) => {
    const folder = temporary();
    try {
      const repo = join(folder.path, "repo");
      const document = parseDocument(readFileSync(WORKFLOW, "utf8"));
      (document.getIn(["jobs", job, "steps"]) as YAMLSeq).delete(at);
      // A job needs a step: one that does nothing stands where the only one was.
      if ((document.getIn(["jobs", job, "steps"]) as YAMLSeq).items.length === 0)
        document.setIn(["jobs", job, "steps"], [{ run: "true" }]);
      const files = {
        ".kiro/specs/x/tasks.md": "- [ ] 1. Write\n  - _writes: a.txt_\n",
        ".github/workflows/roundtable-agent.yml": String(document),
        ".github/roundtable.yml": 'version: 1\nverify: ["true"]\n',
      };
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(repo, path)), { recursive: true });
        writeFileSync(join(repo, path), content);
      }
      git(repo, "init", "--quiet", "--initial-branch=main");
      git(repo, "add", "--all");
      git(repo, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "First");
      const { report, code } = await runLocal({
        spec: join(repo, ".kiro/specs/x"),
        out: join(folder.path, "out"),
      });
      expect(report.outcome).not.toBe("complete");
      expect(code).not.toBe(0);
    } finally {
      folder.done();
    }
  });
});
