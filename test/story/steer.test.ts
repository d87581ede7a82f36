/** Steering a run by commands and labels. The agents here never come to an end: what is told is what people do. */
import { describe, expect, it } from "vitest";
import { story, type World } from "../support/world.ts";
import { agentWorkflow } from "../support/agent-workflow.ts";

const SPEC = ".kiro/specs/x";
const TASKS =
  "- [ ] 1. Write the parser\n  - _writes: src/parser.js_\n- [ ] 2. Write the printer\n  - _Depends: 1_\n  - _writes: src/printer.js_\n";
const AT = { owner: "octo", repo: "demo" };

/** A run whose first unit is at work. */
async function underWay(world: World): Promise<{
  run: number;
  say(body: string): Promise<void>;
  phases(): Promise<Record<string, string>>;
  last: () => string;
}> {
  await world.commit({
    [`${SPEC}/tasks.md`]: TASKS,
    ".github/workflows/roundtable-agent.yml": agentWorkflow("exec sleep 60"),
  });
  const run = await world.ask(`/orchestrate ${SPEC}`);
  let outcome = "";
  const look = async (): Promise<Record<string, string>> => {
    const { runs } = await world.pass();
    const report = runs.find((one) => one.run === run);
    if (!report) return {};
    outcome = report.outcome;
    return Object.fromEntries([...report.view.phases].map(([id, phase]) => [id, phase.kind]));
  };
  const say = async (body: string): Promise<void> => void (await world.say(run, body));
  await look();
  await say("/orchestrate confirm");
  await look();
  return { run, say, phases: look, last: () => outcome };
}

const issues = async (world: World, run: number) =>
  (await world.github.board.board(`roundtable/${run}/main`)).issues;

describe("steering", () => {
  it("skip: each unit that builds on it is asked about, and is done all the same when a person says so", () =>
    story(async (world) => {
      const { run, say, phases } = await underWay(world);
      await say("/orchestrate skip 1");
      expect(await phases()).toEqual({ 1: "skipped", 2: "blocked" });
      expect((await world.comments(run)).at(-1)).toMatch(/Unit 2 builds on 1, which was skipped/);
      await say("/orchestrate decide d1 1");
      expect(await phases()).toEqual({ 1: "skipped", 2: "in_progress" });
      const first = (await issues(world, run)).find((issue) => issue.title.startsWith("1."));
      expect(first).toMatchObject({ state: "closed", labels: expect.arrayContaining(["skipped"]) });
      const { pulls } = await world.github.board.board(`roundtable/${run}/main`);
      expect(pulls.find((pull) => pull.head.endsWith("/unit-1"))?.state).toBe("closed");
    }));

  it("skip, and skip what builds on it when asked: nothing is left", () =>
    story(async (world) => {
      const { say, phases, last } = await underWay(world);
      await say("/orchestrate skip 1");
      await phases();
      await say("/orchestrate decide d1 2");
      expect(await phases()).toEqual({ 1: "skipped", 2: "skipped" });
      expect(last()).toBe("complete");
    }));

  it("skip with dependents: nothing is left, and that is no success in disguise", () =>
    story(async (world) => {
      const { run, say, phases, last } = await underWay(world);
      await say("/orchestrate skip 1 --with-dependents");
      expect(await phases()).toEqual({ 1: "skipped", 2: "skipped" });
      expect(last()).toBe("complete");
      const comments = await world.comments(run);
      expect(comments.at(-1)).toMatch(/every unit was skipped by a person[\s\S]*skipped 2, of 2/);
      await world.local.settled();
      await world.pass();
      expect(await world.github.journal.openRuns()).toEqual([]);
      expect(await world.github.journal.hasEnded(run)).toBe(true);
    }));

  it("abort: its dependents stay blocked and the run ends halted", () =>
    story(async (world) => {
      const { say, phases, last } = await underWay(world);
      await say("/orchestrate abort 1");
      expect(await phases()).toEqual({ 1: "cancelled", 2: "blocked" });
      expect(last()).toBe("halted");
    }));

  it("cancel: jobs are cancelled, issues closed, the summary posted", () =>
    story(async (world) => {
      const { run, say, phases, last } = await underWay(world);
      await say("/orchestrate cancel");
      expect(await phases()).toEqual({ 1: "cancelled", 2: "cancelled" });
      expect(last()).toBe("halted");
      await world.local.settled();
      expect(world.local.actions!.runs("octo/demo").map((one) => one.conclusion)).toEqual(["cancelled"]);
      expect((await issues(world, run)).map((issue) => issue.state)).toEqual(["closed", "closed"]);
      expect((await world.comments(run)).at(-1)).toContain("Run ended: halted");
    }));

  it("cancel: a pass that died before it cancelled the jobs leaves that to the next", () =>
    story(async (world) => {
      const { say, phases } = await underWay(world);
      await say("/orchestrate cancel");
      world.local.interceptor = (request) =>
        new URL(request.url).pathname.endsWith("/cancel") ? new Response("{}", { status: 502 }) : null;
      await world.reconciler().pass();
      world.local.interceptor = null;
      world.machine.clock.advance(180_000);
      await phases();
      await world.local.settled();
      expect(world.local.actions!.runs("octo/demo").map((one) => one.conclusion)).toEqual(["cancelled"]);
    }));

  it("cancel before consent ends the run, and nothing was made", () =>
    story(async (world) => {
      await world.commit({ [`${SPEC}/tasks.md`]: TASKS });
      const run = await world.ask(`/orchestrate ${SPEC}`);
      await world.pass();
      await world.say(run, "/orchestrate cancel");
      const { runs } = await world.pass();
      expect(runs[0]).toMatchObject({ outcome: "halted" });
      expect(await issues(world, run)).toEqual([]);
      expect(await world.github.journal.openRuns()).toEqual([]);
    }));

  it("pause and the label roundtable:hold keep units from starting; taking them away lets them go", () =>
    story(async (world) => {
      const { run, say, phases, last } = await underWay(world);
      await say("/orchestrate pause");
      await say("/orchestrate skip 1");
      await phases();
      await say("/orchestrate decide d1 1");
      expect(await phases()).toEqual({ 1: "skipped", 2: "not_started" });
      expect(last()).toBe("decision");
      const second = (await issues(world, run)).find((issue) => issue.title.startsWith("2."))!;
      await world
        .as("octo")
        .rest.issues.addLabels({ ...AT, issue_number: second.number, labels: ["roundtable:hold"] });
      await say("/orchestrate resume");
      expect(await phases()).toEqual({ 1: "skipped", 2: "not_started" });
      expect(last()).toBe("decision");
      await world
        .as("octo")
        .rest.issues.removeLabel({ ...AT, issue_number: second.number, name: "roundtable:hold" });
      expect(await phases()).toEqual({ 1: "skipped", 2: "in_progress" });
    }));

  it("retry of a unit that has no attempt is refused, and answers no question of another kind", () =>
    story(async (world) => {
      const { run, say, phases } = await underWay(world);
      const granted = async () => {
        const [open] = await world.github.journal.openRuns();
        const { state } = await world.github.journal.read(open!.revision);
        return {
          granted: state.granted,
          answers: Object.values(state.decisions).map(({ answer }) => answer),
        };
      };
      await say("/orchestrate skip 1");
      await phases();
      await say("/orchestrate retry 2");
      expect(await phases()).toEqual({ 1: "skipped", 2: "blocked" });
      expect((await world.comments(run)).at(-1)).toContain("Unit 2 has no attempt yet");
      expect(await granted()).toEqual({ granted: {}, answers: [null] });
    }));

  it("retry of a unit that waits for another is refused", () =>
    story(async (world) => {
      const { run, say, phases } = await underWay(world);
      await say("/orchestrate abort 1");
      await say("/orchestrate retry 2");
      await phases();
      expect((await world.comments(run)).join("\n")).toMatch(/Unit 2 has no attempt yet/);
    }));

  it.each([
    ["/orchestrate comfirm", /Did you mean `confirm`/],
    ["/orchestrate skip 9", /no unit of that id/],
    ["/orchestrate decide d7 1", /no decision d7/],
    ["/orchestrate confirm", /confirmed already/],
    ["/orchestrate retry 1", /nothing to try again/],
    ["/orchestrate help", /\/orchestrate decide <decision id>/],
  ])("%s is answered once", (body, says) =>
    story(async (world) => {
      const { run, say, phases } = await underWay(world);
      await say(body);
      await phases();
      await phases();
      const replies = (await world.comments(run)).filter(
        (comment) => says.test(comment) && comment.includes("reply="),
      );
      expect(replies).toHaveLength(1);
    }),
  );

  it("an edited comment, a quoted one and a stranger's do nothing", () =>
    story(
      async (world) => {
        const { run, say, phases } = await underWay(world);
        const id = await world.say(run, "hello");
        world.machine.clock.advance(2000);
        await world
          .as("octo")
          .rest.issues.updateComment({ ...AT, comment_id: id, body: "/orchestrate cancel" });
        await say("> /orchestrate cancel");
        await world.say(run, "/orchestrate cancel", "stranger");
        expect(await phases()).toEqual({ 1: "in_progress", 2: "not_started" });
      },
      { unheard: ["/orchestrate cancel"] },
    ));

  it("a status label moved by hand is put right; a person's own label stays", () =>
    story(async (world) => {
      const { run, phases } = await underWay(world);
      const first = (await issues(world, run)).find((issue) => issue.title.startsWith("1."))!;
      await world
        .as("octo")
        .rest.issues.setLabels({ ...AT, issue_number: first.number, labels: ["completed", "mine"] });
      await phases();
      await phases();
      const { data } = await world.as("octo").rest.issues.get({ ...AT, issue_number: first.number });
      const labels = data.labels.map((label) => (typeof label === "string" ? label : (label.name ?? "")));
      expect(labels.toSorted()).toEqual([
        "agent:practice",
        "criticality:standard",
        "in-progress",
        "mine",
        "roundtable",
      ]);
      expect(await issues(world, run)).toHaveLength(2);
    }));
});
