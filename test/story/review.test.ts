/** People and reviewers on the same pull request. Jobs are scripted but for the last: what is told is what people do. */
import { describe, expect, it } from "vitest";
import type { RunReport } from "../../src/application/report.ts";
import { scriptedRun } from "../support/scripted-run.ts";
import { confirmedRun } from "../support/shipped-run.ts";
import { AT, playedStory, story, type World } from "../support/world.ts";

interface Told {
  run: number;
  pass(): Promise<RunReport>;
  /** Passes until the unit is in this phase. */
  until(phase: string): Promise<RunReport>;
  pull(): Promise<{ number: number; draft: boolean; merged: boolean; labels: string[]; headSha: string }>;
  /** Passes until the run has ended. */
  end(): Promise<void>;
  review(event: "REQUEST_CHANGES" | "APPROVE", body: string): Promise<void>;
}

async function begin(world: World, files: Readonly<Record<string, string>> = {}): Promise<Told> {
  const { run, step, until, rest } = await scriptedRun(world, {
    tasks: "- [ ] 1. Write the parser\n  - _writes: src/1.txt_\n",
    files,
    flags: "--agent practice",
    seconds: 30,
  });
  const pull: Told["pull"] = async () =>
    (await world.github.board.board(`roundtable/${run}/main`)).pulls.find((one) =>
      one.head.endsWith("/unit-1"),
    )!;
  return {
    run,
    pass: step,
    pull,
    until: (phase) => until(({ view }) => view.phases.get("1")!.kind === phase),
    async end() {
      if (!(await world.github.journal.hasEnded(run))) await rest();
    },
    async review(event, body) {
      await world
        .as("octo")
        .rest.pulls.createReview({ ...AT, pull_number: (await pull()).number, event, body });
    },
  };
}

describe("a person's review", () => {
  it("sends the unit back, stays until that person approves, and is in no way overruled by an agent", () =>
    story(async (world) => {
      const { run, until, pull, review, end } = await begin(world);
      await until("under_review");
      await review("REQUEST_CHANGES", "Please name it properly.");
      await until("in_progress");
      const first = (await pull()).headSha;
      await until("under_review");
      expect((await pull()).headSha).not.toBe(first);
      await review("APPROVE", "Good now.");
      const report = await until("completed");
      await end();
      const unit = report.view.byId.get("1")!;
      expect(unit.work.map((attempt) => `${attempt.role} ${attempt.n}`)).toEqual(["implement 1", "fix 1"]);
      expect(await pull()).toMatchObject({ merged: true, draft: false });
      expect((await world.comments(run)).at(-1)).toContain("Run ended: complete");
    }));

  it("counts also while the train that carries the unit is being verified", () =>
    story(async (world) => {
      const { until, review } = await begin(world);
      await until("final_review");
      await review("REQUEST_CHANGES", "Wait.");
      const report = await until("under_review");
      expect(report.view.byId.get("1")!.work.map(({ role }) => role)).toEqual(["implement", "fix"]);
      expect(report.view.state.landed).toEqual({});
      expect(report.view.state.train).toBeNull();
    }));

  it("of somebody without write access sends nothing back", () =>
    story(async (world) => {
      const { until, pull, end } = await begin(world);
      await until("under_review");
      const { number } = await pull();
      await world
        .as("stranger")
        .rest.pulls.createReview({ ...AT, pull_number: number, event: "REQUEST_CHANGES", body: "No!" });
      await end();
      expect(await pull()).toMatchObject({ merged: true });
    }));

  it("is waited for where the configuration asks for one; a stranger's is none", () =>
    story(async (world) => {
      const { pass, until, pull, review, end } = await begin(world, {
        ".github/roundtable.yml": "version: 1\nrequire_human: [standard]\n",
      });
      await until("under_review");
      const { number } = await pull();
      const approval = { ...AT, pull_number: number, event: "APPROVE" as const };
      await world.as("stranger").rest.pulls.createReview(approval);
      const waiting = await pass();
      expect(waiting).toMatchObject({
        outcome: "decision",
        reason: "unit 1 waits: it is standard: a person with write access must approve it",
      });
      expect(waiting.view.state.trains).toBe(0);
      await review("APPROVE", "");
      await until("completed");
      await end();
      expect(await pull()).toMatchObject({ merged: true });
    }));

  it("is overruled by `/orchestrate approve`, at that head", () =>
    story(async (world) => {
      const { run, until, pull, review } = await begin(world);
      await until("under_review");
      await review("REQUEST_CHANGES", "No.");
      await world.say(run, "/orchestrate approve 1");
      const { headSha } = await pull();
      const report = await until("completed");
      expect(report.view.byId.get("1")!.work).toHaveLength(1);
      expect(report.view.state.landed["1"]!.head).toBe(headSha);
    }));
});

describe("a person who acts on the pull request", () => {
  it("closes it: the unit stands still until it is reopened", () =>
    story(async (world) => {
      const { run, until, pull, end } = await begin(world);
      await until("under_review");
      const { number } = await pull();
      await world.as("octo").rest.pulls.update({ ...AT, pull_number: number, state: "closed" });
      const report = await until("blocked");
      expect(Object.values(report.view.state.decisions)).toMatchObject([{ kind: "pull-closed", unit: "1" }]);
      await world.as("octo").rest.pulls.update({ ...AT, pull_number: number, state: "open" });
      await world.say(run, "/orchestrate decide d1 1");
      await end();
      expect(await pull()).toMatchObject({ merged: true });
    }));

  it("pushes to its branch while an agent works: nothing of theirs is lost, the next attempt begins from it", () =>
    story(async (world) => {
      const { run, until, pull, end } = await begin(world);
      await until("in_progress");
      await world.commit({ "src/mine.txt": "by hand\n" }, `roundtable/${run}/unit-1`);
      await end();
      const { head } = (await world.github.journal.hasEnded(run))
        ? { head: (await pull()).headSha }
        : { head: "" };
      expect(
        new TextDecoder().decode((await world.github.code.file(head, "src/mine.txt")) ?? undefined),
      ).toBe("by hand\n");
      expect(await pull()).toMatchObject({ merged: true });
    }));
});

it("a request for changes that `/orchestrate approve` overruled stands in the summary", () =>
  story(async (world) => {
    const { run, until, pull, review, end } = await begin(world, {
      ".github/roundtable.yml": "version: 1\nrequire_human: [standard]\n",
    });
    await until("under_review");
    await review("REQUEST_CHANGES", "This loses data.");
    await world.say(run, "/orchestrate approve 1");
    await until("completed");
    await end();
    expect(await pull()).toMatchObject({ merged: true });
    const said = (await world.comments(run)).join("\n");
    expect(said).toContain("Run ended: complete");
    expect(said).toMatch(/Approved by a person over findings\n\n- 1\. Write the parser/);
    expect(said).toContain("octo asks for changes");
  }));

describe("what lands", () => {
  it("is a parent of a verified commit, was reviewed at that very head, and nothing is written once it is quiet", () =>
    playedStory(async (world) => {
      const { run, until, rest } = await confirmedRun(world, {
        tasks: "- [ ] 1. Write the parser\n  - _writes: src/parser.txt_\n",
      });
      const report = await until(({ view }) => view.phases.get("1")!.kind === "completed");
      const { head, sha } = report.view.state.landed["1"]!;
      const candidate = (await world.github.code.readCommit(sha))!;
      expect(candidate.parents).toContain(head);
      expect(report.view.state.attempts["_train/verify/1"]).toMatchObject({ headSha: sha, outcome: "green" });
      const reviews = await world.github.board.reviews(report.view.byId.get("1")!.pull!.number);
      expect(reviews.map(({ author, state, sha: at }) => ({ author, state, at }))).toEqual([
        { author: "github-actions[bot]", state: "APPROVED", at: head },
      ]);
      expect(reviews[0]!.body).toMatch(/^Scripted review: no model read this/);
      const { data: issue } = await world.as("octo").rest.issues.get({ ...AT, issue_number: run });
      expect(issue.state).toBe("open");
      await rest();
      const { writes } = world.local.counters;
      await world.pass();
      await world.reconciler().pass();
      expect(world.local.counters.writes).toBe(writes);
    }));
});
