/** Runs that reach a ceiling on money: of the run, of a unit, of an attempt; and the world after. */
import { describe, expect, it } from "vitest";
import type { RunReport } from "../../src/application/report.ts";
import { reservedBy, spentOn, total } from "../../src/domain/run/money.ts";
import { attemptsOf } from "../../src/domain/run/attempts.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted-run.ts";
import { story, type World } from "../support/world.ts";

const TASKS = [1, 2]
  .map((n) => `- [ ] ${n}. Write part ${n}\n  - _Depends: none_\n  - _writes: src/${n}.txt_\n`)
  .join("");

/** One agent does and reads all; an attempt of it takes 2 USD by estimate. */
const files = (budget: string): Record<string, string> => ({
  ".github/roundtable.yml": `version: 1
verify: [npm test]
agents: { paid: { backend: claude, model: m } }
prices: { m: { input: 1, output: 1, attempt: { input: 1000000, output: 1000000 } } }
budget: ${budget}
`,
});

const phases = ({ view }: RunReport): string => [...view.phases.values()].map(({ kind }) => kind).join(" ");
const asked = ({ view }: RunReport): string[] =>
  Object.values(view.state.decisions)
    .filter(({ answer }) => answer === null)
    .map(({ kind, unit, question }) => `${kind} of ${unit ?? "run"}: ${question}`);
const moneyOf = ({ view }: RunReport): { spent: number; reserved: number; known: number | null } => {
  const attempts = attemptsOf(view.state);
  return {
    spent: total(attempts.map(spentOn)),
    reserved: reservedBy(attempts),
    known: view.state.spend.usd,
  };
};

/** Passes to rest; what is spent and reserved never passes the ceiling. */
async function within(ceiling: number, { step }: ScriptedRun): Promise<RunReport> {
  for (let passes = 0; passes < 100; passes++) {
    const report = await step();
    const { spent, reserved, known } = moneyOf(report);
    expect(spent + reserved).toBeLessThanOrEqual(ceiling + 1e-9);
    expect(known ?? 0).toBeCloseTo(spent, 9);
    if (report.outcome !== "running") return report;
  }
  throw new Error("it never came to rest");
}

const start = (world: World, budget: string, how: Partial<Parameters<typeof scriptedRun>[1]> = {}) =>
  scriptedRun(world, { tasks: TASKS, files: files(budget), ...how });

describe("the run's ceiling", () => {
  it("is never passed by attempts together; reached, a person is asked, who raises it or takes what has landed", () =>
    story(async (world) => {
      const run = await start(world, "{ run: 5 }", { wantsOf: () => 1.5 });
      const report = await within(5, run);
      expect(report.outcome).toBe("decision");
      expect(asked(report)).toEqual([
        "budget of run: The run has spent 4.5 USD; agreed was up to 5 USD. What is left does not reach for an attempt. No agent is started any more. What now?",
      ]);
      expect(phases(report)).toBe("completed pending_review");
      await world.say(run.run, "/orchestrate decide d1 1");
      const end = await within(9.5, run);
      expect([end.outcome, phases(end)]).toEqual(["complete", "completed completed"]);
      expect(moneyOf(end).spent).toBe(6);
    }));
});

describe("a unit's ceiling", () => {
  it("stops that unit alone: a person is asked about it, the others land", () =>
    story(async (world) => {
      let isMended = false;
      const run = await start(world, "{ unit: 5 }", {
        wantsOf: () => 1.5,
        fateOf: ({ slug, role }) => {
          if (role === "review") return "pass";
          if (role === "verify") return "green";
          return slug === "2" && !isMended ? "red" : "good";
        },
      });
      const report = await run.rest();
      expect(report.outcome).toBe("decision");
      expect(asked(report)).toEqual([
        "budget of 2: Unit 2 has spent 4.5 USD; a unit may spend up to 5 USD. No agent is started for it any more. What now?",
      ]);
      expect(phases(report)).toBe("completed blocked");
      isMended = true;
      await world.say(run.run, "/orchestrate decide d1 1");
      const end = await run.rest();
      expect([end.outcome, phases(end)]).toEqual(["complete", "completed completed"]);
      expect(moneyOf(end).spent).toBe(3 + 7.5);
    }));
});

describe("an attempt's ceiling", () => {
  it("ends the attempt: its work is kept, a person is asked, another attempt goes on from it", () =>
    story(async (world) => {
      const run = await start(world, "{ attempt: 1 }", {
        wantsOf: ({ slug, role }) => (slug === "2" && role === "implement" ? 6 : 0.5),
      });
      const report = await run.rest();
      expect(asked(report)).toEqual([
        "budget of 2: Unit 2: implement 1 was stopped at its ceiling of 1 USD; what it did is kept. What now?",
      ]);
      expect(phases(report)).toBe("completed blocked");
      const [stopped] = report.view.byId.get("2")!.work;
      expect(stopped).toMatchObject({ outcome: "blocked", allowance: 1, committed: expect.any(String) });
      await world.say(run.run, "/orchestrate decide d1 1");
      const end = await run.rest();
      expect([end.outcome, phases(end)]).toEqual(["complete", "completed completed"]);
      const { work } = end.view.byId.get("2")!;
      expect(work.map(({ role, n, result }) => `${role} ${n}: ${result!.usd}`)).toEqual([
        "implement 1: 1",
        "fix 1: 0.5",
      ]);
      expect(work[1]!.headSha).toBe(stopped!.committed);
      expect(moneyOf(end).spent).toBe(1 + 0.5 + 3 * 0.5);
    }));
});

describe("an attempt that tells nothing", () => {
  it("is charged by the configured estimate, for each run of it that ended, and that is said", () =>
    story(async (world) => {
      let lost = 1;
      const run = await start(world, "{}", {
        fateOf: ({ slug, role }) => {
          if (slug === "1" && role === "implement" && lost-- > 0) return "nothing";
          return role === "review" ? "pass" : role === "verify" ? "green" : "good";
        },
        wantsOf: ({ role }) => (role === "review" ? null : 1),
      });
      const end = await run.rest();
      expect(end.outcome).toBe("complete");
      expect(end.view.byId.get("1")!.work[0]!.before).toEqual({ usd: 2, isEstimate: true });
      expect(moneyOf(end)).toMatchObject({ spent: 8, known: 8 });
      expect((await world.comments(run.run)).at(-1)).toContain("cost 8 USD, 6 USD of it by estimate.");
    }));
});
