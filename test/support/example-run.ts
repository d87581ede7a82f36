/** A whole run of the example, and the end that it must come to. */
import { join } from "node:path";
import type { LocalReport } from "../../src/entry/local/report.ts";
import { EXAMPLE, EXAMPLE_SPEC, runLocal, temporary, type RunRequest } from "./local-run.ts";

export async function runExample<T>(
  tell: (run: (more?: Partial<RunRequest>) => ReturnType<typeof runLocal>, folder: string) => Promise<T>,
): Promise<T> {
  const folder = temporary();
  const run = (more: Partial<RunRequest> = {}): ReturnType<typeof runLocal> =>
    runLocal({
      spec: EXAMPLE_SPEC,
      out: join(folder.path, "out"),
      ...more,
      options: { from: EXAMPLE, ...more.options },
    });
  try {
    return await tell(run, folder.path);
  } finally {
    folder.done();
  }
}

/** What must be the same however the run went: ids and commits left out. */
export const endOf = (report: LocalReport) => ({
  outcome: report.outcome,
  units: report.units.map(({ id, phase, attempts, reviews }) => ({
    id,
    phase,
    attempts: attempts.map(({ role, n, outcome }) => `${role} ${n} ${outcome}`),
    reviews: reviews.map(({ role, verdict }) => `${role} ${verdict}`).toSorted(),
  })),
});

export const EXPECTED = {
  outcome: "complete",
  units: [
    { id: "1", phase: "completed", attempts: ["implement 1 completed"], reviews: ["correctness pass"] },
    {
      id: "2",
      phase: "completed",
      attempts: ["implement 1 red", "fix 1 completed"],
      reviews: ["correctness pass"],
    },
    {
      id: "3",
      phase: "completed",
      attempts: ["implement 1 completed"],
      reviews: ["correctness pass", "security pass"],
    },
    {
      id: "4",
      phase: "completed",
      attempts: ["implement 1 completed", "fix 1 completed"],
      reviews: ["correctness fail", "correctness pass"],
    },
    { id: "5", phase: "completed", attempts: ["verify 1 green"], reviews: [] },
    { id: "6", phase: "completed", attempts: ["implement 1 completed"], reviews: ["correctness pass"] },
    { id: "7", phase: "completed", attempts: ["implement 1 completed"], reviews: ["correctness pass"] },
    { id: "8", phase: "completed", attempts: ["implement 1 completed"], reviews: ["correctness pass"] },
  ],
};
