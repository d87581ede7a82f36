/** What the real programs printed, read again: `npm run test:agents` makes the recordings anew. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { answerOf } from "../../../src/adapters/agent/cli-agent.ts";
import { CLIS } from "../../../src/adapters/agent/clis.ts";
import type { WorkOutcome } from "../../../src/domain/handover/result.ts";
import { aJob } from "../../support/checkout.ts";
import { readRecording, RECORDINGS } from "../../support/recording.ts";

type Named = keyof typeof CLIS;

const OUTCOMES: Readonly<Record<string, WorkOutcome>> = {
  done: "completed",
  "rate-limited": "rate_limited",
  failing: "infra",
  cut: "infra",
  key: "blocked",
  // Whoever has done nothing may say so in prose; that nothing changed is measured.
  idle: "completed",
  refusal: "failed",
  review: "completed",
  endless: "timed_out",
};

/** They end as if all were well; that nothing changed is measured. */
const SILENT_REFUSALS = ["codex", "copilot", "gemini"];

const recordings = readdirSync(RECORDINGS, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".jsonl"))
  .toSorted()
  .map((path) => ({ path, ...readRecording(join(RECORDINGS, path)) }));

const read = ({ header, output }: (typeof recordings)[number]) =>
  answerOf(
    CLIS[header.cli as Named],
    aJob({ backend: header.cli, role: header.role, model: header.model }),
    output,
  );

describe.each(recordings)("$path", (recording) => {
  const { cli, scenario, version } = recording.header;

  it("is of the version that is installed", () => {
    expect(version).toBe(CLIS[cli as Named].npm?.version);
  });

  it("comes to its outcome", () => {
    const outcome =
      scenario === "refusal" && SILENT_REFUSALS.includes(cli) ? "completed" : OUTCOMES[scenario];
    const answer = read(recording);
    expect(answer.outcome, answer.summary).toBe(outcome);
    expect(answer.summary).not.toBe("");
  });
});

it.each(Object.values(CLIS).filter(({ npm }) => npm !== null))(
  "$backend has a recording of each scenario",
  (cli) => {
    const of = recordings
      .filter(({ header }) => header.cli === cli.backend)
      .map(({ header }) => header.scenario);
    const missing = Object.keys(OUTCOMES).filter((scenario) => !of.includes(scenario));
    expect(missing.filter((scenario) => scenario !== "endless")).toEqual([]);
  },
);

it.each(recordings.filter(({ header }) => header.scenario === "done"))(
  "$path tells what it took",
  (recording) => {
    const { usage, summary } = read(recording);
    expect(usage).toMatchObject({ input: 3000, output: 150, cached: 1200 });
    expect(usage?.model).toBe(recording.header.model);
    expect(summary).toBe("Wrote it.");
  },
);

it.each(recordings.filter(({ header }) => header.scenario === "key"))("$path names the key", (recording) => {
  expect(read(recording).summary).toMatch(/the repository's secret [A-Z]+_API_KEY is there/);
});
