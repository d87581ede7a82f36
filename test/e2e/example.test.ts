/** The example, from the spec to the final pull request; how it ends when it is interrupted: test/long. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { endOf, EXPECTED, runExample } from "../support/example-run.ts";
import { EXAMPLE_SPEC, faults, git } from "../support/local-run.ts";

describe("the example", () => {
  it(
    "lands every unit; the library's own tests pass on the integration branch; one pull request waits",
    () =>
      runExample(async (run, folder) => {
        const { report, code, lines } = await run();
        expect(faults(lines)).toEqual([]);
        expect(code).toBe(0);
        expect(endOf(report)).toEqual(EXPECTED);
        expect(report.run!.finalPr).toBeGreaterThan(0);
        const clone = join(folder, "clone");
        git(
          folder,
          "clone",
          "--quiet",
          "--branch",
          report.run!.integrationBranch,
          report.paths.repository,
          clone,
        );
        const tests = spawnSync(process.execPath, ["--test"], {
          cwd: clone,
          encoding: "utf8",
          env: { PATH: process.env["PATH"] },
        });
        expect(tests.stdout + tests.stderr).toMatch(/^(?:#|ℹ) fail 0$/m);
        expect(tests.status).toBe(0);
        const tasks = readFileSync(join(clone, ".kiro/specs/readable-durations/tasks.md"), "utf8");
        expect(tasks.match(/- \[ \]/g)).toHaveLength(1);
        const board = readFileSync(report.paths.board, "utf8");
        expect(board).toContain("Durations are read in one walk over the text.");
        const again = await run();
        expect(again.report).toEqual(report);
      }),
    240_000,
  );

  it(
    "cannot end well without the fixes",
    () =>
      runExample(async (run, folder) => {
        const spec = join(folder, "playbook");
        cpSync(EXAMPLE_SPEC, spec, { recursive: true });
        const playbook = join(spec, "playbook.yml");
        writeFileSync(playbook, readFileSync(playbook, "utf8").replaceAll(/^ +fix: .*\n/gm, ""));
        const { report, code } = await run({ options: { playbook } });
        expect(code).toBe(2);
        expect(report.decisions.map(({ kind, unit }) => `${kind} ${unit}`).toSorted()).toEqual([
          "fixes-used-up 2",
          "fixes-used-up 4",
        ]);
        expect(report.units.filter((unit) => unit.phase === "completed").map((unit) => unit.id)).toEqual([
          "1",
          "3",
        ]);
      }),
    300_000,
  );
});
