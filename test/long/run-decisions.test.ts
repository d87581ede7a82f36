/** Questions about the run as a whole, with the shipped agent workflow: its spec changes, its money is spent, it stands still. */
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { RunReport } from "../../src/application/report.ts";
import { agentWorkflow } from "../support/agent-workflow.ts";
import { asked, confirmedRun, phases, SPEC, WORKFLOW, type ShippedRun } from "../support/shipped-run.ts";
import { playedStory, type World } from "../support/world.ts";

const TASKS = "- [ ] 1. Write the parser\n  - _writes: src/parser.txt_\n";
const TWO = `${TASKS}- [ ] 2. Write the printer\n  - _writes: src/printer.txt_\n  - _Depends: 1_\n`;

describe("a spec that changes on the base branch while its run is under way", () => {
  const OTHER = `${TASKS}- [ ] 2. Write the scanner\n- [ ] 3. Write the printer\n`;

  /** While unit 1 is at work. */
  async function changed(world: World, tasks: string): Promise<ShippedRun> {
    const told = await confirmedRun(world, { tasks: TWO });
    await told.step();
    await world.commit({ [`${SPEC}/tasks.md`]: tasks });
    return told;
  }

  it("is asked about once; going on, the plan is carried out, and no box of another task is ticked", () =>
    playedStory(async (world) => {
      const { run, say, rest } = await changed(world, OTHER);
      const report = await rest();
      expect(asked(report)).toEqual(["spec-changed of run"]);
      expect(report.reason).toContain("(new: 3; another task under the same id: 2)");
      expect(phases(report)).toEqual({ 1: "completed", 2: "not_started" });
      await say("/orchestrate decide d1 1");
      const end = await rest();
      expect(end.outcome).toBe("complete");
      expect(Object.keys(end.view.state.landed)).toEqual(["1", "2"]);
      expect(Object.keys(end.view.state.decisions)).toEqual(["d1"]);
      const tasks = await world.github.code.file(end.view.integrationHead!, `${SPEC}/tasks.md`);
      expect(new TextDecoder().decode(tasks)).toBe(OTHER.replace("- [ ] 1.", "- [x] 1."));
      const { pulls } = await world.github.board.board(`roundtable/${run}/main`);
      const final = pulls.find((pull) => pull.number === end.view.finalPull!.number)!;
      expect(final.body).toContain("The boxes of 2 are not ticked");
    }));

  it("what has landed is taken: the rest is skipped, and the final pull request waits", () =>
    playedStory(async (world) => {
      const { say, rest } = await changed(world, OTHER);
      expect(asked(await rest())).toEqual(["spec-changed of run"]);
      await say("/orchestrate decide d1 2");
      const end = await rest();
      expect(end.outcome).toBe("complete");
      expect(phases(end)).toEqual({ 1: "completed", 2: "skipped" });
      expect(end.view.finalPull).not.toBeNull();
    }));

  it("only in its boxes: nothing is asked", () =>
    playedStory(async (world) => {
      const { rest } = await changed(world, TWO.replace("- [ ] 1.", "- [x] 1."));
      const end = await rest();
      expect(end.outcome).toBe("complete");
      expect(end.view.state.decisions).toEqual({});
    }));
});

describe("a ceiling on money", () => {
  const PAID =
    "version: 1\nagents: { paid: { backend: command, command: sh work.sh } }\nrouting: { default: paid }\nreviewers: { agent: practice }\nbudget: { run: 1 }\n";
  const WORK = [
    "mkdir -p src",
    'case $(cat) in *"unit 1 "*) echo work > src/parser.txt ;; *) echo work > src/printer.txt ;; esac',
    `echo '{"outcome": "completed", "usage": {"model": "m", "input": 1, "output": 1, "cached": 0, "usd": 1.5}}'`,
  ].join("\n");
  const spends = (world: World): Promise<ShippedRun> =>
    confirmedRun(world, {
      tasks: TWO,
      files: { "work.sh": `${WORK}\n`, ".github/roundtable.yml": PAID },
      flags: "--max-cost 9",
    });

  it("of the configuration holds where it is lower; reached, no agent is started until a person says so", () =>
    playedStory(async (world) => {
      const { run, say, rest } = await spends(world);
      const report = await rest();
      expect(asked(report)).toEqual(["budget of run"]);
      expect(report.reason).toContain("has spent 1.5 USD; agreed was up to 1 USD");
      expect(report.view.byId.get("1")!.reviewJobs).toEqual([]);
      await say("/orchestrate decide d1 1");
      const again = await rest();
      expect(asked(again)).toEqual(["budget of run"]);
      expect(phases(again)).toEqual({ 1: "completed", 2: "pending_review" });
      await say("/orchestrate decide d2 1");
      const end = await rest();
      expect(end.outcome).toBe("complete");
      expect((await world.comments(run)).at(-1)).toContain("; cost 3 USD.");
    }));

  it("raised for what is begun only: that lands, the rest is skipped", () =>
    playedStory(async (world) => {
      const { say, rest } = await spends(world);
      await rest();
      await say("/orchestrate decide d1 2");
      const end = await rest();
      expect(end.outcome).toBe("complete");
      expect(phases(end)).toEqual({ 1: "completed", 2: "skipped" });
      expect(end.view.finalPull).not.toBeNull();
    }));
});

/** Cancelled jobs are told to end after 7.5 seconds, and killed with all that they have started after 2.5 more. */
async function ended({ local, machine }: World): Promise<void> {
  machine.clock.advance(7500);
  await setImmediate();
  machine.clock.advance(2500);
  await local.settled();
}

describe("a job that does not end", () => {
  it("is cancelled when it has been silent for too long, and dispatched again", () =>
    playedStory(async (world) => {
      const { run, say } = await confirmedRun(world, {
        tasks: TASKS,
        files: { [WORKFLOW]: agentWorkflow("sleep 60") },
        flags: "",
      });
      const look = async (): Promise<RunReport> => (await world.pass()).runs.find((one) => one.run === run)!;
      const attemptIn = ({ view }: RunReport) => view.state.attempts["1/implement/1"]!;
      const first = attemptIn(await look());
      world.machine.clock.advance(2.2 * 3_600_000);
      const silent = await look();
      expect(silent.did["cancel-run"]).toBe(1);
      expect(attemptIn(silent).nonce).toBe(first.nonce);
      expect((await world.comments(run)).join("\n")).toContain("has shown no sign of life since");
      await ended(world);
      const again = await look();
      expect(attemptIn(again)).toMatchObject({ outcome: null, lost: 1 });
      expect(attemptIn(again).nonce).not.toBe(first.nonce);
      await say("/orchestrate cancel");
      await look();
      await ended(world);
      const runs = world.local.actions!.runs("octo/demo");
      expect(runs.map(({ conclusion }) => conclusion)).toEqual(["cancelled", "cancelled"]);
    }));
});
