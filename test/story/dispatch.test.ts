/** Asking by a dispatch of the pass workflow: what its issue may begin, and what a forged one may not. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { createGithub } from "../../src/adapters/github/github.ts";
import { askByDispatch } from "../../src/application/job/ask.ts";
import type { Github } from "../../src/application/ports.ts";
import { ACTIONS_LOGIN, type DispatchInputs } from "../../src/domain/board/dispatch.ts";
import { quiet } from "../support/checkout.ts";
import { ROOT } from "../support/local-run.ts";
import { repaired } from "../support/repaired.ts";
import { AT, byActions, REPO, story, type World } from "../support/world.ts";

const SPEC = ".kiro/specs/x";
const TASKS = "- [ ] 1. Write the parser\n  - _writes: src/parser.js_\n";

/** The shipped pass workflow with its name and inputs, and a job that does nothing: passes are made by hand here. */
function idleWorkflow(): string {
  const document = parseDocument(readFileSync(join(ROOT, "workflows/roundtable.yml"), "utf8"));
  document.set("jobs", { idle: { "runs-on": "ubuntu-latest", steps: [{ run: "true" }] } });
  return String(document);
}

/** A world with one identity: that of the workflow's own token. */
interface ActionWorld extends World {
  github: Github;
  /** Starts the pass workflow; its `ask` job comes next. */
  start(inputs: Partial<DispatchInputs> & { ref?: string }): Promise<number>;
  /** What the `ask` job does. */
  openIssue(runId: number, inputs: Partial<DispatchInputs>): Promise<number>;
  dispatch(inputs: Partial<DispatchInputs>): Promise<number>;
}

const USUAL: DispatchInputs = { spec: SPEC, options: "", consent: "", maxCost: "" };
const CONSENT = { consent: "true", maxCost: "5" };

const actionStory = (tell: (world: ActionWorld) => Promise<void>, tasks = TASKS): Promise<void> =>
  story(async (world) => {
    await world.commit({
      [`${SPEC}/tasks.md`]: tasks,
      ".github/workflows/roundtable.yml": idleWorkflow(),
    });
    const permissions = {
      actions: "write",
      contents: "write",
      issues: "write",
      pull_requests: "write",
    } as const;
    const github = createGithub({
      token: world.local.token({ login: ACTIONS_LOGIN, permissions }),
      reviewerToken: null,
      fullName: REPO,
      baseUrl: world.local.origin(),
      clock: world.machine.clock,
      me: ACTIONS_LOGIN,
      reviewer: ACTIONS_LOGIN,
    });
    const start: ActionWorld["start"] = async ({ ref = "main", ...inputs }) => {
      const { spec, options, consent, maxCost } = { ...USUAL, ...inputs };
      const { data } = await world.as("octo").rest.actions.createWorkflowDispatch({
        ...AT,
        workflow_id: "roundtable.yml",
        ref,
        inputs: { spec, options, consent, max_cost: maxCost },
        return_run_details: true,
      });
      return (data as unknown as { workflow_run_id: number }).workflow_run_id;
    };
    const openIssue: ActionWorld["openIssue"] = async (runId, inputs) => {
      const actor = { login: "octo", isBot: false };
      const ask = { ...USUAL, ...inputs, actor, runId, runAttempt: 1 };
      return (await askByDispatch({ github, ...quiet }, ask)).issue;
    };
    const reconciler: World["reconciler"] = (change) =>
      world.reconciler({ github, form: "action", ...change });
    const one = reconciler();
    await tell({
      ...world,
      github,
      start,
      openIssue,
      dispatch: async (inputs) => openIssue(await start(inputs), inputs),
      reconciler,
      pass: () => one.pass(),
    });
  });

const stateOf = async ({ github }: World, run: number) => {
  const open = (await github.journal.openRuns()).find((one) => one.run === run)!;
  return (await github.journal.read(open.revision)).state;
};

describe("a dispatch", () => {
  it("gets a plan at its own commit on its own issue, and waits for a confirm", () =>
    actionStory(async (world) => {
      const issue = await world.dispatch({ options: "--max-parallel 2" });
      const { default_branch: branch } = (await world.as("octo").rest.repos.get(AT)).data;
      const asked = await world.github.code.branch(branch);
      await world.commit({ "README.md": "moved on\n" });
      const { runs, asks } = await world.pass();
      expect(asks).toEqual([{ issue, comment: 0, accepted: true, sentences: [] }]);
      expect(runs).toMatchObject([{ run: issue, outcome: "decision" }]);
      const comments = await world.comments(issue);
      expect(comments).toHaveLength(1);
      expect(comments[0]).toContain(`\`main\` (\`${asked!.slice(0, 7)}\`)`);
      expect(comments[0]).toContain("/orchestrate confirm ");
      expect(await world.github.code.branches("roundtable/")).toEqual({});
      await world.say(issue, "/orchestrate confirm");
      await world.pass();
      expect(await world.github.code.branch(`roundtable/${issue}/main`)).toBe(asked);
    }));

  it("with consent and a ceiling agrees to the plan of its commit", () =>
    actionStory(async (world) => {
      const issue = await world.dispatch(CONSENT);
      const asked = await world.github.code.branch("main");
      await world.commit({ "README.md": "moved on\n" });
      await world.pass();
      const state = await stateOf(world, issue);
      expect(state.consent).toMatchObject({
        by: "octo",
        comment: 0,
        planHash: state.planHash,
        baseSha: asked,
        maxCost: 5,
      });
      expect(await world.github.code.branch(`roundtable/${issue}/main`)).toBe(asked);
      const [plan] = await world.comments(issue);
      expect(plan).toContain("octo started the workflow with consent to this plan");
      expect(plan).not.toContain("/orchestrate confirm");
    }));

  it("with consent agrees to the plan that comes of a planning model, and not to the one before", () =>
    actionStory(async (world) => {
      const config = "version: 1\nplanner: model\nrouting: { plan: practice }\nbudget: { plan: 1 }\n";
      await world.commit({ ".github/roundtable.yml": config });
      const issue = await world.dispatch(CONSENT);
      await world.pass();
      const [first, last] = await world.comments(issue);
      expect(first).toContain("This plan is being refined");
      // There is no workflow to ask it in.
      expect(last).toContain("the plan by the rules stands. The workflow .github/workflows/");
      expect(last).toContain("octo started the workflow with consent to this plan");
      const { consent, planHash } = await stateOf(world, issue);
      expect(consent).toMatchObject({ by: "octo", planHash, maxCost: 5 });
    }));

  it("is answered once", () =>
    actionStory(async (world) => {
      await world.dispatch({});
      await world.pass();
      const { writes } = world.local.counters;
      expect((await world.pass()).asks).toEqual([]);
      expect((await world.reconciler().pass()).asks).toEqual([]);
      expect(world.local.counters.writes).toBe(writes);
    }));

  it("is answered whole by the next pass when one died in between", () =>
    actionStory(async (world) => {
      const issue = await world.dispatch(CONSENT);
      world.local.interceptor = (request) =>
        request.method === "POST" && request.url.endsWith("/comments")
          ? new Response("{}", { status: 502 })
          : null;
      await world.reconciler().pass();
      expect(await world.comments(issue)).toEqual([]);
      world.local.interceptor = null;
      await world.reconciler().pass();
      expect((await world.comments(issue))[0]).toContain("## Plan for x");
    }));

  it("has its problems in one comment on its issue", () =>
    actionStory(async (world) => {
      const issue = await world.dispatch(CONSENT);
      await world.pass();
      await world.pass();
      expect(await world.comments(issue)).toEqual([expect.stringContaining("tasks.md:2:1: error:")]);
      expect(await world.github.journal.openRuns()).toEqual([]);
    }, "- [ ] 1. A\n  - _Depends: 2_\n- [ ] 2. B\n  - _Depends: 1_\n"));

  it("whose issue a comment has taken gets an issue of its own, each of two", () =>
    actionStory(async (world) => {
      const specs = [SPEC, ...["w", "y", "z"].map((name) => `.kiro/specs/${name}`)];
      await world.commit(Object.fromEntries(specs.map((spec) => [`${spec}/tasks.md`, TASKS])));
      const issues = [await world.dispatch({ spec: specs[0]! }), await world.dispatch({ spec: specs[1]! })];
      for (const [at, issue] of issues.entries()) await world.say(issue, `/orchestrate ${specs[at + 2]!}`);
      const asks = (await world.pass()).asks.filter(({ comment }) => comment === 0);
      expect(asks.map(({ accepted }) => accepted)).toEqual([true, true]);
      const runs = (await world.github.journal.openRuns()).map(({ run }) => run);
      expect(new Set(runs)).toEqual(new Set([...issues, ...asks.map(({ issue }) => issue)]));
      expect(runs).toHaveLength(4);
    }));

  it("of a spec that a comment has opened a run of is told so, and opens none", () =>
    actionStory(async (world) => {
      const run = await world.ask(`/orchestrate ${SPEC}`);
      const issue = await world.dispatch(CONSENT);
      const { asks } = await world.pass();
      expect(asks.map(({ issue: of }) => of)).toEqual([run, run]);
      expect((await world.comments(issue))[0]).toContain(`The run in #${run} works on this spec already`);
      expect(await world.github.journal.openRuns()).toHaveLength(1);
    }));

  it("does not begin again when its run is over", () =>
    actionStory(async (world) => {
      const issue = await world.dispatch(CONSENT);
      await world.pass();
      await world.say(issue, "/orchestrate cancel");
      await world.pass();
      const { data: eyes } = await world
        .as("octo")
        .rest.reactions.listForIssue({ ...AT, issue_number: issue });
      for (const { id } of eyes)
        await world.as("octo").rest.reactions.deleteForIssue({ ...AT, issue_number: issue, reaction_id: id });
      await world.reconciler().pass();
      expect(await world.github.journal.openRuns()).toEqual([]);
      expect((await world.github.board.board("none")).issues.map(({ number }) => number)).toContain(issue);
    }));
});

describe("a dispatch whose run lost its journal", () => {
  const lose = async (world: World, run: number): Promise<void> => {
    await world.as("octo").rest.git.deleteRef({ ...AT, ref: `roundtable/${run}` });
  };

  it("is read again, however long ago it was; what it agreed to must be confirmed anew", () =>
    actionStory(async (world) => {
      await world.dispatch({ ...CONSENT, options: "--max-parallel 2" });
      await world.pass();
      const { run } = (await world.github.journal.openRuns())[0]!;
      const before = await stateOf(world, run);
      await lose(world, run);
      world.machine.clock.advance(100 * 3_600_000);
      expect(await repaired(world, run)).toMatch(/must be given anew/);
      const { ask, request, planHash, consent } = await stateOf(world, run);
      expect(ask).toMatchObject({ by: "octo", comment: 0, maxCost: 5 });
      expect({ flags: request.flags, planHash }).toEqual({
        flags: before.request.flags,
        planHash: before.planHash,
      });
      expect(consent).toBeNull();
      for (const command of ["replan", "confirm"]) {
        await world.say(run, `/orchestrate ${command}`);
        await world.pass();
      }
      expect((await stateOf(world, run)).consent).toMatchObject({ by: "octo", planHash, maxCost: 5 });
    }));

  it("is read where it stands, where its run has an issue of its own", () =>
    actionStory(async (world) => {
      const other = ".kiro/specs/y";
      await world.commit({ [`${other}/tasks.md`]: TASKS });
      const issue = await world.dispatch({});
      await world.say(issue, `/orchestrate ${other}`);
      await world.pass();
      for (const { run } of await world.github.journal.openRuns()) {
        const { spec } = await stateOf(world, run);
        await lose(world, run);
        await repaired(world, run);
        expect((await stateOf(world, run)).spec).toEqual(spec);
      }
    }));

  it("brings nothing back by a dispatch that its issue does not tell truly, or of who may no longer ask", () =>
    actionStory(async (world) => {
      const issue = await world.dispatch({});
      await world.pass();
      await lose(world, issue);
      const { issues } = world.as("octo").rest;
      const { body } = (await issues.get({ ...AT, issue_number: issue })).data;
      const falsely = body!.replace(SPEC, `${SPEC} --max-cost 500`);
      await issues.update({ ...AT, issue_number: issue, body: falsely });
      await expect(repaired(world, issue)).rejects.toThrow("cannot be made again");
      await issues.update({ ...AT, issue_number: issue, body: body! });
      world.local.setPermission(REPO, "octo", "read");
      await expect(repaired(world, issue)).rejects.toThrow("cannot be made again");
      world.local.setPermission(REPO, "octo", "admin");
      await repaired(world, issue);
      expect(await stateOf(world, issue)).toMatchObject({ run: issue, consent: null });
    }));
});

describe("an issue that claims a dispatch", () => {
  it("is one for each workflow run, also when the job runs twice", () =>
    actionStory(async (world) => {
      const id = await world.start(CONSENT);
      const issue = await world.openIssue(id, CONSENT);
      expect(await world.openIssue(id, CONSENT)).toBe(issue);
      const { data } = await world.as("octo").rest.issues.get({ ...AT, issue_number: issue });
      const again = await byActions(world, data.body!);
      await world.pass();
      expect((await world.github.journal.openRuns()).map(({ run }) => run)).toEqual([issue]);
      expect(await world.comments(again)).toEqual([
        expect.stringContaining(`issue ${issue} is for the same workflow run`),
      ]);
    }));

  it.each([
    { name: "by somebody else", by: "stranger", comments: 0 },
    { name: "by another person who may write", by: "octo", comments: 0 },
    { name: "by another workflow, with consent that was not given", by: ACTIONS_LOGIN, comments: 1 },
  ])("begins nothing: $name", ({ by, comments }) =>
    actionStory(async (world) => {
      const id = await world.start({});
      const body = bodyFor(id);
      const issue =
        by === ACTIONS_LOGIN
          ? await byActions(world, body)
          : (await world.as(by).rest.issues.create({ ...AT, title: "Orchestrate", body })).data.number;
      await world.pass();
      await world.reconciler().pass();
      expect(await world.comments(issue)).toHaveLength(comments);
      expect(await world.github.journal.openRuns()).toEqual([]);
    }),
  );

  it("begins nothing for a workflow run that never was", () =>
    actionStory(async (world) => {
      const issue = await byActions(world, bodyFor(987_654));
      await world.pass();
      expect(await world.comments(issue)).toEqual([expect.stringContaining("knows no such workflow run")]);
      expect(await world.github.journal.openRuns()).toEqual([]);
    }));

  it("begins nothing when it was started on a tag that is named like the default branch", () =>
    actionStory(async (world) => {
      const { rest } = world.as("octo");
      const head = (await world.github.code.branch("main"))!;
      await rest.git.createRef({ ...AT, ref: "refs/heads/side", sha: head });
      const sha = await world.commit({ ".github/roundtable.yml": "version: 1\n" }, "side");
      await rest.git.createRef({ ...AT, ref: "refs/tags/main", sha });
      const issue = await world.openIssue(await world.start({ ...CONSENT, ref: "refs/tags/main" }), CONSENT);
      await world.pass();
      expect(await world.comments(issue)).toEqual([expect.stringContaining("not of the default branch")]);
      expect(await world.github.journal.openRuns()).toEqual([]);
    }));

  it("begins nothing when its author has lost write access meanwhile", () =>
    actionStory(async (world) => {
      const issue = await world.dispatch(CONSENT);
      world.local.setPermission(REPO, "octo", "read");
      await world.pass();
      expect(await world.comments(issue)).toEqual([expect.stringContaining("octo has no write access")]);
      expect(await world.github.journal.openRuns()).toEqual([]);
    }));

  it("begins nothing when a person closed it", () =>
    actionStory(async (world) => {
      const issue = await world.dispatch(CONSENT);
      await world.as("octo").rest.issues.update({ ...AT, issue_number: issue, state: "closed" });
      await world.pass();
      expect(await world.comments(issue)).toEqual([]);
      expect(await world.github.journal.openRuns()).toEqual([]);
    }));

  it("is looked at in spite of another's eyes on it", () =>
    actionStory(async (world) => {
      const issue = await world.dispatch({});
      await world
        .as("stranger")
        .rest.reactions.createForIssue({ ...AT, issue_number: issue, content: "eyes" });
      await world.pass();
      expect(await world.github.journal.openRuns()).toHaveLength(1);
    }));
});

/** As the `ask` job would write it with consent for 5 USD. */
const bodyFor = (runId: number): string =>
  [
    `/orchestrate ${SPEC} --max-cost 5`,
    "",
    "- asked by: octo",
    `- workflow run: ${runId}`,
    "- consent: true",
    "",
    `<!-- roundtable:run dispatch=${runId} -->`,
  ].join("\n");
