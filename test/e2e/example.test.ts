/** The example, from the spec to the final pull request; how it ends when it is interrupted, or its fixes are taken away: test/long. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { endOf, EXPECTED, runExample } from "../support/example-run.ts";
import { faults, git } from "../support/local-run.ts";

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
});
