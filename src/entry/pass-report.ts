/** What a pass in Actions says beside its log: outputs, a summary with graph and table, and annotations at lines of a spec or of the configuration. */
import * as core from "@actions/core";
import type { Clock } from "../application/ports.ts";
import type { PassReport } from "../application/report.ts";
import { outputsOf, passSummary, type RunSeen } from "../domain/board/pass-summary.ts";
import { placeIn } from "../domain/problem.ts";

export interface PassTelling {
  seen(report: PassReport): void;
  /** `about`: what woke the pass. */
  tell(about: string): Promise<void>;
}

export function createPassReport(clock: Pick<Clock, "now">): PassTelling {
  // A run that ends within this job is no longer there at the next look.
  const runs = new Map<number, RunSeen>();
  return {
    seen(report) {
      for (const run of report.runs) runs.set(run.run, run);
      for (const { sentences } of report.asks) for (const sentence of sentences) annotate(sentence);
    },
    async tell(about) {
      const seen = [...runs.values()];
      for (const [name, value] of Object.entries(outputsOf(seen, Number(about)))) core.setOutput(name, value);
      // Older runners of one's own have no summaries.
      if (process.env["GITHUB_STEP_SUMMARY"])
        await core.summary.addRaw(passSummary(seen, clock.now())).write();
    },
  };
}

function annotate(sentence: string): void {
  const place = placeIn(sentence);
  if (place === null) return;
  const { file, line: startLine, column: startColumn, says } = place;
  core.error(says, { title: "No run can begin", file, startLine, startColumn });
}
