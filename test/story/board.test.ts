/** The board is printed from what was decided: untouched while nothing changes, put right when it drifts. */
import { describe, expect, it } from "vitest";
import { status } from "../../src/entry/commands/status.ts";
import { agentWorkflow } from "../support/agent-workflow.ts";
import { onlooker } from "../support/local-run.ts";
import { SPEC } from "../support/shipped-run.ts";
import { APP, AT, REPO, story, type World } from "../support/world.ts";

const TASKS =
  "- [ ] 1. Write the parser\n  - _writes: src/parser.js_\n- [ ] 2. Write the printer\n  - _Depends: 1_\n  - _writes: src/printer.js_\n";

/** A confirmed run whose first job does not end. */
async function underWay(world: World, tasks = TASKS): Promise<number> {
  await world.commit({
    [`${SPEC}/tasks.md`]: tasks,
    ".github/workflows/roundtable-agent.yml": agentWorkflow("sleep 60"),
  });
  const run = await world.ask(`/orchestrate ${SPEC}`);
  await world.pass();
  await world.say(run, "/orchestrate confirm");
  await world.pass();
  return run;
}

async function firstStepBegan({ local }: World): Promise<void> {
  const steps = () => local.actions!.runs(REPO).flatMap(({ jobs }) => jobs.flatMap((job) => job.steps));
  await expect.poll(() => steps().map((step) => step.status), { timeout: 60_000 }).toContain("in_progress");
}

/** All that a pass could have changed there: the journal, and when each comment and issue was touched last. */
async function worldAfter(world: World, run: number) {
  const { data: comments } = await world.as("octo").rest.issues.listCommentsForRepo(AT);
  const { data: issues } = await world.as("octo").rest.issues.listForRepo({ ...AT, state: "all" });
  const { journal } = world.github;
  const open = (await journal.openRuns()).find((one) => one.run === run);
  return {
    revision: open?.revision,
    touched: [...comments, ...issues].map(({ id, updated_at: at }) => `${id} ${at}`),
    tracking: comments.find(({ user, body }) => user?.login === APP && body?.includes("## Roundtable: x"))!
      .body!,
  };
}

describe("the tracking comment", () => {
  it("is written once in ten minutes of a long job, and a look in between writes nothing at all", () =>
    story(async (world) => {
      const run = await underWay(world);
      const before = await worldAfter(world, run);
      world.machine.clock.advance(5 * 60_000);
      await world.pass();
      expect(await worldAfter(world, run)).toEqual(before);
      world.machine.clock.advance(5 * 60_000);
      await world.pass();
      const signed = await worldAfter(world, run);
      expect(signed.tracking).toMatch(/^Still at work at .*: 1 job is under way, the longest since /m);
      world.machine.clock.advance(5 * 60_000);
      await world.pass();
      expect(await worldAfter(world, run)).toEqual(signed);
    }));

  it("leaves to `status` what a job is at in its first ten minutes", () =>
    story(async (world) => {
      const run = await underWay(world);
      await firstStepBegan(world);
      world.machine.clock.advance(60_000);
      await world.pass();
      expect((await worldAfter(world, run)).tracking).not.toContain("last sign of life");
      const token = world.local.token({ login: "octo" });
      const env = { GITHUB_API_URL: world.local.origin(), GITHUB_TOKEN: token };
      const { terminal, printed } = onlooker({ env });
      await status({ repo: REPO, run: String(run) }, terminal);
      expect(printed.join("\n")).toMatch(
        /^  1 waits \(workflow-run\): implement 1 by practice is under way in workflow run \d+ since .* UTC, at work: .*, last sign of life .* UTC$/m,
      );
    }));
});

async function issuesOf(world: World) {
  const octokit = world.as("octo");
  const issues = await octokit.paginate(octokit.rest.issues.listForRepo, {
    ...AT,
    state: "all",
    per_page: 100,
  });
  return new Map(issues.filter((issue) => !issue.pull_request).map((issue) => [issue.title, issue]));
}

const parentOf = (issue: { parent_issue_url?: string | null } | undefined): number =>
  Number(issue?.parent_issue_url?.split("/").at(-1));

describe("links between issues", () => {
  const DIAMOND =
    "- [ ] 1. A\n- [ ] 2. B\n  - _Depends: 1_\n- [ ] 3. C\n  - _Depends: 1_\n- [ ] 4. D\n  - _Depends: 1, 2, 3_\n";

  async function blockersOf(world: World, issue: number): Promise<string[]> {
    const { data } = await world
      .as("octo")
      .rest.issues.listDependenciesBlockedBy({ ...AT, issue_number: issue });
    return data.map(({ title }) => title).toSorted();
  }

  it("say of each unit what it is part of and what it waits for, without edges that a longer path says", () =>
    story(async (world) => {
      const run = await underWay(world, DIAMOND);
      const issues = await issuesOf(world);
      for (const title of ["1. A", "2. B", "3. C", "4. D"]) expect(parentOf(issues.get(title))).toBe(run);
      expect(await blockersOf(world, issues.get("1. A")!.number)).toEqual([]);
      expect(await blockersOf(world, issues.get("3. C")!.number)).toEqual(["1. A"]);
      expect(await blockersOf(world, issues.get("4. D")!.number)).toEqual(["2. B", "3. C"]);
    }));

  it("that somebody took away are made again, an hour after they were made", () =>
    story(async (world) => {
      const run = await underWay(world, DIAMOND);
      const before = await issuesOf(world);
      const [blocker, own] = [before.get("2. B")!, before.get("4. D")!];
      const { issues } = world.as("octo").rest;
      await issues.removeDependencyBlockedBy({ ...AT, issue_number: own.number, issue_id: blocker.id });
      await issues.removeSubIssue({ ...AT, issue_number: run, sub_issue_id: own.id });
      world.machine.clock.advance(61 * 60_000);
      await world.pass();
      expect(await blockersOf(world, own.number)).toEqual(["2. B", "3. C"]);
      expect(parentOf((await issuesOf(world)).get("4. D"))).toBe(run);
    }));

  it.each([
    ["taken away", false],
    ["taken away two minutes later where the pass broke off", true],
  ])("that a new plan has no more are %s; a person's own stays", (_, isBroken) =>
    story(async (world) => {
      const run = await underWay(world, DIAMOND);
      const before = await issuesOf(world);
      const [a, b, c] = ["1. A", "2. B", "3. C"].map((title) => before.get(title)!);
      await world
        .as("octo")
        .rest.issues.addBlockedByDependency({ ...AT, issue_number: c!.number, issue_id: b!.id });
      await world.commit({
        [`${SPEC}/tasks.md`]: DIAMOND.replace("3. C\n  - _Depends: 1_", "3. C\n  - _Depends: none_"),
      });
      await world.say(run, "/orchestrate replan");
      const [report] = (await world.pass()).runs;
      await world.say(run, `/orchestrate confirm ${report!.view.state.replan!.made!.hash.slice(0, 12)}`);
      const breaks = (request: Request): Response | null =>
        request.method === "DELETE" ? new Response("{}", { status: 502 }) : null;
      world.local.interceptor = isBroken ? breaks : null;
      await world.pass();
      if (isBroken) {
        expect(await blockersOf(world, c!.number)).toEqual([a!.title, b!.title]);
        world.local.interceptor = null;
        world.machine.clock.advance(121_000);
        await world.pass();
      }
      expect(await blockersOf(world, c!.number)).toEqual([b!.title]);
      expect(await blockersOf(world, b!.number)).toEqual([a!.title]);
      const { journal } = world.github;
      world.machine.clock.advance(61 * 60_000);
      await world.pass();
      const { state } = await journal.read((await journal.find(run))!.revision);
      expect(state.links["3"], "what a person linked is asked about once more").toMatchObject({ drops: [] });
    }),
  );

  it("that a pass did not come to are made two minutes later", () =>
    story(async (world) => {
      world.local.interceptor = (request) =>
        request.method === "POST" && request.url.includes("/dependencies/blocked_by")
          ? new Response("{}", { status: 502 })
          : null;
      await underWay(world, DIAMOND);
      const own = (await issuesOf(world)).get("4. D")!;
      expect(await blockersOf(world, own.number)).toEqual([]);
      world.local.interceptor = null;
      world.machine.clock.advance(121_000);
      await world.pass();
      expect(await blockersOf(world, own.number)).toEqual(["2. B", "3. C"]);
    }));

  it("of more than 100 units go by way of groups of 100", () =>
    story(async (world) => {
      const tasks = Array.from({ length: 101 }, (_, at) => `- [ ] ${at + 1}. U${at + 1}\n`).join("");
      const run = await underWay(world, tasks);
      const issues = await issuesOf(world);
      const [first, second] = [issues.get("x: units 1 to 100")!, issues.get("x: units 101 to 101")!];
      expect([first, second].map(parentOf)).toEqual([run, run]);
      expect(parentOf(issues.get("1. U1"))).toBe(first.number);
      expect(parentOf(issues.get("100. U100"))).toBe(first.number);
      expect(parentOf(issues.get("101. U101"))).toBe(second.number);
      expect(issues.size).toBe(101 + 2 + 1);
    }));
});

describe("a status label that a person moved", () => {
  it("is put back each time, and that is explained once", () =>
    story(async (world) => {
      await underWay(world);
      const { number } = (await issuesOf(world)).get("2. Write the printer")!;
      const move = (labels: string[]) =>
        world.as("octo").rest.issues.setLabels({ ...AT, issue_number: number, labels });
      for (const labels of [["completed", "mine"], ["mine"], ["completed", "not-started"]]) {
        await move(labels);
        await world.pass();
        const { data } = await world.as("octo").rest.issues.get({ ...AT, issue_number: number });
        const names = data.labels.map((label) => (typeof label === "string" ? label : label.name));
        expect(names).toEqual(expect.arrayContaining(["roundtable", "not-started"]));
        expect(names).not.toContain("completed");
      }
      const said = (await world.comments(number)).filter((comment) => comment.includes("changed by hand"));
      expect(said).toHaveLength(1);
      expect(said[0]).toContain("is `not-started` again");
    }));

  it("is not taken for one where our own write was lost", () =>
    story(async (world) => {
      const run = await underWay(world);
      const { number } = (await issuesOf(world)).get("1. Write the parser")!;
      const lost = (request: Request): Response | null =>
        request.method === "PATCH" && request.url.endsWith(`/issues/${number}`)
          ? new Response("{}", { status: 502 })
          : null;
      world.local.interceptor = lost;
      await world.say(run, "/orchestrate skip 1 --with-dependents");
      await world.pass();
      world.local.interceptor = null;
      world.machine.clock.advance(121_000);
      await world.pass();
      const { data } = await world.as("octo").rest.issues.get({ ...AT, issue_number: number });
      expect(data.labels).toEqual(expect.arrayContaining([expect.objectContaining({ name: "skipped" })]));
      expect(await world.comments(number)).toEqual([]);
    }));
});
