/** What a pass in Actions hands on and shows: files and commands of the runner, as they stand afterwards. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PassReport, RunReport } from "../../src/application/report.ts";
import { trackingBody } from "../../src/domain/board/tracking.ts";
import type { State } from "../../src/domain/run/journal.ts";
import { runnerJob } from "../../src/entry/action/runner.ts";
import { machine } from "../../src/entry/compose.ts";
import { createPassReport } from "../../src/entry/pass-report.ts";
import { aView } from "../support/view.ts";

// The runner's library remembers its file.
const folder = mkdtempSync(join(tmpdir(), "roundtable-report-"));
afterAll(() => rmSync(folder, { recursive: true }));
const NOW = new Date("2026-03-01T12:00:00Z");
let printed: string[];
const OUTPUT = "GITHUB_OUTPUT";
const SUMMARY = "GITHUB_STEP_SUMMARY";

beforeEach(() => {
  printed = [];
  for (const name of [OUTPUT, SUMMARY]) {
    writeFileSync(join(folder, name), "");
    vi.stubEnv(name, join(folder, name));
  }
  vi.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

function aRun(run: number, outcome: RunReport["outcome"], journal: Partial<State> = {}): RunReport {
  const view = aView({ journal });
  return {
    run,
    outcome,
    reason: "",
    view,
    waits: [],
    did: {},
    lookAgainAt: null,
    isHeldBack: false,
  };
}

const report = (change: Partial<PassReport>): PassReport => ({
  asks: [],
  runs: [],
  failed: [],
  lookAgainAt: null,
  ...change,
});

async function told(looks: PassReport[], about = ""): Promise<Record<string, string>> {
  const telling = createPassReport({ ...runnerJob(), clock: { ...machine.clock, now: () => NOW } });
  for (const look of looks) telling.seen(look);
  await telling.tell(about);
  const text = readFileSync(join(folder, OUTPUT), "utf8");
  return Object.fromEntries(
    [...text.matchAll(/^(\w+)<<(\S+)\r?\n([^]*?)\r?\n\2$/gm)].map(([, name, , value]) => [name, value]),
  ) as Record<string, string>;
}

const DECISION = {
  kind: "person",
  unit: null,
  question: "What now?",
  options: [],
  at: "2026-03-01T12:00:00Z",
  answer: null,
} as unknown as State["decisions"][string];

describe("outputs", () => {
  it("are empty where no run was looked at", async () => {
    expect(await told([report({})])).toEqual({ run: "", outcome: "", landed: "", blocked: "", decision: "" });
  });

  it("are those of the run that woke the pass, with its open decision", async () => {
    const answered = {
      ...DECISION,
      answer: { option: 1, by: "octo", at: "", comment: 1 },
    } as typeof DECISION;
    const asked = aRun(12, "decision", { decisions: { d1: answered, d2: DECISION } });
    const looks = [report({ runs: [asked, aRun(20, "halted")] })];
    expect(await told(looks, "20")).toMatchObject({ run: "20", outcome: "halted", decision: "" });
    expect(await told(looks, "12")).toMatchObject({ run: "12", outcome: "decision", decision: "d2" });
  });

  it.each(["", "99"])("are else those of the run that most needs a person: woken by %j", async (about) => {
    const runs = [aRun(12, "running"), aRun(20, "halted"), aRun(30, "decision"), aRun(40, "complete")];
    expect(await told([report({ runs })], about)).toMatchObject({ run: "30", outcome: "decision" });
    const calm = [report({ runs: [aRun(14, "running"), aRun(13, "running")] })];
    expect(await told(calm, about)).toMatchObject({ run: "13", outcome: "running" });
  });

  it("keep the end of a run that the next look no longer sees", async () => {
    const looks = [
      report({ runs: [aRun(12, "running")] }),
      report({ runs: [aRun(12, "complete")] }),
      report({}),
    ];
    expect(await told(looks, "12")).toMatchObject({ run: "12", outcome: "complete", landed: "0" });
  });
});

describe("the summary", () => {
  it("shows of each run what its tracking comment shows", async () => {
    const run = aRun(12, "running");
    await told([report({ runs: [run] })]);
    const summary = readFileSync(join(folder, SUMMARY), "utf8");
    expect(summary).toContain(trackingBody(run.view, [], NOW));
    expect(summary).toMatch(/# Run 12\n[^]*```mermaid[^]*\| unit \| pull request \|/);
  });

  it("stays below GitHub's limit for a step", async () => {
    await told([report({ runs: Array.from({ length: 30 }, (_, at) => aRun(at + 1, "running")) })]);
    const summary = readFileSync(join(folder, SUMMARY), "utf8");
    expect(summary).toContain("… and 22 more runs.");
    expect(8 * 65_536).toBeLessThan(1024 * 1024);
  });
});

describe("annotations", () => {
  it("stand at the lines of the spec and of the configuration that no run can be made of, and nowhere else", async () => {
    const sentences = [
      ".kiro/specs/x/tasks.md:3:5: error: Task 2 depends on itself: a cycle, 100%. Remove it",
      '.github/roundtable.yml:2:1: error: There is no key "verfy". Did you mean "verify"?',
      "There is no spec at that path: none. Name one.",
    ];
    await told([report({ asks: [{ issue: 1, comment: 2, accepted: false, sentences }] })]);
    const commands = printed.filter((line) => line.startsWith("::"));
    expect(commands).toEqual([
      "::error title=No run can begin,file=.kiro/specs/x/tasks.md,line=3,col=5::Task 2 depends on itself: a cycle, 100%25. Remove it\n",
      '::error title=No run can begin,file=.github/roundtable.yml,line=2,col=1::There is no key "verfy". Did you mean "verify"?\n',
    ]);
  });
});
