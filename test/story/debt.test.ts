/** How often people put a run right, and what follows from it. Jobs are scripted: what is told is what people do. */
import { describe, expect, it } from "vitest";
import type { Github } from "../../src/application/ports.ts";
import type { RunReport } from "../../src/application/report.ts";
import { scriptedJobs, type Fate } from "../support/scripted-jobs.ts";
import { asked, SPEC } from "../support/shipped-run.ts";
import { AT, story, type World } from "../support/world.ts";

interface Told {
  run: number;
  dispatches: readonly { key: string }[];
  /** Passes until one has nothing to write. */
  look(): Promise<RunReport>;
  say(command: string): Promise<RunReport>;
  review(event: "REQUEST_CHANGES" | "APPROVE"): Promise<RunReport>;
  /** The newest comment of ours that holds the text. */
  comment(text: string): Promise<string>;
}

async function begin(
  world: World,
  fateOf: (role: string, count: number) => Fate,
  config = "version: 1\n",
): Promise<Told> {
  const counts = new Map<string, number>();
  const { workflows, dispatches } = scriptedJobs(world.github, ({ role }) => {
    counts.set(role, (counts.get(role) ?? 0) + 1);
    return fateOf(role, counts.get(role)!);
  });
  const github: Github = { ...world.github, workflows };
  const reconciler = world.reconciler({ github });
  await world.commit({
    [`${SPEC}/tasks.md`]: "- [ ] 1. Write a\n  - _writes: src/1.txt_\n",
    ".github/roundtable.yml": config,
  });
  const run = await world.ask(`/orchestrate ${SPEC}`);
  await reconciler.pass();
  const look: Told["look"] = async () => {
    let report: RunReport | undefined;
    for (;;) {
      const seen = (await reconciler.pass()).runs.find((one) => one.run === run);
      // One that has ended is seen no more.
      if (!seen || Object.keys(seen.did).length === 0) return (seen ?? report)!;
      report = seen;
    }
  };
  const say: Told["say"] = async (command) => {
    await world.say(run, `/orchestrate ${command}`);
    return look();
  };
  return {
    run,
    dispatches,
    look,
    say,
    async review(event) {
      const { pulls } = await world.github.board.board(`roundtable/${run}/main`);
      const { number } = pulls.find((pull) => pull.head.endsWith("/unit-1"))!;
      const body = "Please name it properly.";
      await world.as("octo").rest.pulls.createReview({ ...AT, pull_number: number, event, body });
      return look();
    },
    comment: async (text) => (await world.comments(run)).findLast((comment) => comment.includes(text)) ?? "",
  };
}

const LESSON = "An entry for the lessons learned";

/** One question answered and three requests for changes: 85 points. */
async function corrected(world: World): Promise<Told> {
  const told = await begin(
    world,
    (role, count) =>
      role === "implement" && count === 1
        ? "asks"
        : role === "review"
          ? "pass"
          : role === "verify"
            ? "green"
            : "good",
    "version: 1\nrequire_human: [standard]\n",
  );
  expect(asked(await told.say("confirm"))).toEqual(["question of 1"]);
  await told.say("decide d1 1");
  await told.review("REQUEST_CHANGES");
  expect(await told.comment("Risks & Debt")).toContain(
    "Clarification debt: 35 points (1 question answered, 1 request for changes)",
  );
  expect(await told.comment("Risks & Debt")).not.toContain(LESSON);
  await told.review("REQUEST_CHANGES");
  return told;
}

describe("clarification debt", () => {
  it("of 50 points proposes a lesson, which names what was asked and leaves the cause to a person", () =>
    story(async (world) => {
      const { comment } = await corrected(world);
      const tracking = await comment("Risks & Debt");
      expect(tracking).toContain("Clarification debt: 60 points");
      expect(tracking).toContain(LESSON);
      expect(tracking).toMatch(/- Unit 1 cannot go on without an answer: Which way\?\n/);
      expect(tracking).toMatch(/- A person asked for changes to unit 1 \(#\d+\) at [0-9a-f]{7}\.\n/);
      expect(tracking).toContain("Root cause: (what did the spec leave open?)");
    }));

  it("of 80 points pauses the run until a person decides, however long it takes; going on, it lands", () =>
    story(async (world) => {
      const { dispatches, review, say, look, comment } = await corrected(world);
      const before = dispatches.length;
      expect(asked(await review("REQUEST_CHANGES"))).toEqual(["respecify of run"]);
      const refused = await say("resume");
      expect(refused.outcome).toBe("decision");
      expect(await comment("stands still until decision d2")).not.toBe("");
      world.machine.clock.advance(100 * 3_600_000);
      expect(asked(await look())).toEqual(["respecify of run"]);
      expect(dispatches).toHaveLength(before);
      await say("decide d2 1");
      expect(dispatches.slice(before).map(({ key }) => key)).toEqual(["1/fix/4", "1/review/4"]);
      const end = await review("APPROVE");
      expect(end.outcome).toBe("complete");
      expect(asked(end)).toEqual([]);
      expect(await comment("Run ended: complete")).toMatch(
        /Clarification debt: 85 points[\s\S]*lessons-learned\.md/,
      );
    }));

  it("of 80 points, cancelled: the run ends, to be specified anew", () =>
    story(async (world) => {
      const { review, say } = await corrected(world);
      await review("REQUEST_CHANGES");
      const end = await say("decide d2 2");
      expect(end).toMatchObject({ outcome: "halted", reason: "the run was cancelled by octo" });
    }));

  it("keeps what was dismissed, counts no stranger, and is not there without a correction", () =>
    story(async (world) => {
      const { run, say, review, look, comment } = await begin(
        world,
        (role) => (role === "review" ? "pass" : role === "verify" ? "green" : "good"),
        "version: 1\nrequire_human: [standard]\n",
      );
      await say("confirm");
      const { pulls } = await world.github.board.board(`roundtable/${run}/main`);
      const { number } = pulls.find((pull) => pull.head.endsWith("/unit-1"))!;
      const stranger = { ...AT, pull_number: number, event: "REQUEST_CHANGES" as const, body: "No!" };
      await world.as("stranger").rest.pulls.createReview(stranger);
      await look();
      expect(await comment("Risks & Debt")).not.toContain("Clarification debt");
      await review("REQUEST_CHANGES");
      const reviews = await world.as("octo").rest.pulls.listReviews({ ...AT, pull_number: number });
      const { id } = reviews.data.find(({ user }) => user?.login === "octo")!;
      const dismissal = { ...AT, pull_number: number, review_id: id, message: "I was wrong." };
      await world.as("octo").rest.pulls.dismissReview(dismissal);
      await look();
      expect(await comment("Risks & Debt")).toContain("Clarification debt: 25 points");
    }));
});

describe("a unit whose reviewed work is done again at a person's word", () => {
  it("twice, is locked: a third `retry` is refused and says why, a decision is taken", () =>
    story(async (world) => {
      const { dispatches, say, comment } = await begin(world, (role) =>
        role === "review" ? "major" : role === "verify" ? "green" : "good",
      );
      expect(asked(await say("confirm"))).toEqual(["fixes-used-up of 1"]);
      await say("retry 1");
      expect(await comment("Risks & Debt")).toContain("40 points (1 time reviewed work done again)");
      // The second makes 80 points: the run asks first.
      expect(asked(await say("retry 1"))).toEqual(["respecify of run"]);
      expect(asked(await say("decide d3 1"))).toEqual(["scope-lock of 1"]);
      expect(await comment("Risks & Debt")).toContain("Scope locked, `retry` is not taken: 1");
      const before = dispatches.length;
      const refused = await say("retry 1");
      expect(asked(refused)).toEqual(["scope-lock of 1"]);
      expect(dispatches).toHaveLength(before);
      expect(await comment("its scope is locked")).toContain("Answer decision d4");
      await say("decide d4 1");
      expect(dispatches.length).toBeGreaterThan(before);
    }));
});
