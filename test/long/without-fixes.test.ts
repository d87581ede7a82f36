/** The example lands because its fixes mend what is wrong: without them it does not. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runExample } from "../support/example-run.ts";
import { EXAMPLE_SPEC } from "../support/local-run.ts";

it(
  "the example cannot end well without its fixes",
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
