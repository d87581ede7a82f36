/** Roundtable's account changes: a token is given up for an App, the Action for the App's server, an App gets another name. */
import { describe, expect, it } from "vitest";
import { createGithub } from "../../src/adapters/github/github.ts";
import { UNPACED } from "../../src/adapters/github/pacer.ts";
import type { Github } from "../../src/application/ports.ts";
import { takeTurns } from "../../src/entry/app/turns.ts";
import { agentWorkflow } from "../support/agent-workflow.ts";
import { APP, APP_PERMISSIONS, REPO, story, type World } from "../support/world.ts";

const SPEC = ".kiro/specs/x";
const ACTIONS = "github-actions[bot]";
/** Who asks for a turn has not seen that there is nothing to answer. */
const NONE_LEFT = { take: async () => false, release: async () => {} };

/** One identity: who opens pull requests reviews them too. */
function alone({ local, machine }: World, me: string, send = fetch): Github {
  return createGithub({
    token: local.token({ login: me, permissions: APP_PERMISSIONS }),
    reviewerToken: null,
    fullName: REPO,
    baseUrl: local.origin(),
    fetch: send,
    clock: machine.clock,
    me,
    reviewer: me,
    pacer: UNPACED,
  });
}

async function asked(world: World, github: Github): Promise<number> {
  await world.commit({
    [`${SPEC}/tasks.md`]: "- [ ] 1. Write\n  - _writes: a.js_\n- [ ] 2. Print\n  - _writes: b.js_\n",
    ".github/workflows/roundtable-agent.yml": agentWorkflow("sleep 1000"),
  });
  const issue = await world.ask(`/orchestrate ${SPEC} --profile throughput`);
  await world.reconciler({ github, form: "action" }).pass();
  return issue;
}

async function madeBy(world: World): Promise<string[]> {
  const { issues, pulls } = await world.local.view(REPO);
  return [...issues, ...pulls]
    .filter(({ user }) => user !== "octo")
    .map(({ user, title }) => `${user}: ${title}`);
}

describe("a run goes on as the account that it began with", () => {
  it("with the job's own token, where passes have an App by now", () =>
    story(async (world) => {
      const job = alone(world, ACTIONS);
      const run = await asked(world, job);
      await world.say(run, "/orchestrate confirm");
      await world.reconciler({ github: job, form: "action" }).pass();
      const made = await madeBy(world);
      expect(made).toHaveLength(4);
      world.machine.clock.advance(180_000);
      await world.reconciler({ form: "action", others: [job] }).pass();
      await world.say(run, "/orchestrate pause");
      await world.reconciler({ form: "action", others: [job] }).pass();
      expect(await madeBy(world)).toEqual(made);
      expect((await world.comments(run)).join("\n")).toMatch(/^github-actions\[bot\]: .*paused/ms);
      expect((await world.comments(run)).filter((comment) => comment.startsWith(APP))).toEqual([]);
    }));

  it("or not at all, which is said", () =>
    story(async (world) => {
      const run = await asked(world, alone(world, ACTIONS));
      const before = await world.github.journal.openRuns();
      await expect(world.reconciler({ form: "action" }).pass()).rejects.toThrow(
        `Run ${run} is not gone on with: it writes as ${ACTIONS}, and this pass as ${APP}`,
      );
      expect(await world.github.journal.openRuns()).toEqual(before);
      expect(await world.comments(run)).toHaveLength(2);
    }));

  it("by its new name, where it was renamed", () =>
    story(async (world) => {
      const run = await asked(world, world.github);
      const { journal } = world.github;
      const { revision } = (await journal.openRuns())[0]!;
      const { state } = await journal.read(revision);
      const renamed = { ...state, account: "before[bot]" };
      await journal.append(run, revision, { pass: "1", message: "Before", state: renamed, events: [] });
      await world.say(run, "/orchestrate confirm");
      await world.reconciler({ form: "action" }).pass();
      expect(await world.github.code.branch(`roundtable/${run}/main`)).not.toBeNull();
    }));
});

describe("what one account has answered another does not answer again", () => {
  it.each([
    { from: ACTIONS, to: APP },
    { from: APP, to: ACTIONS },
  ])("$from, then $to", ({ from, to }) =>
    story(async (world) => {
      const [before, after] = [from, to].map((login) => alone(world, login)) as [Github, Github];
      const run = await asked(world, before);
      const vain = await world.ask(`/orchestrate ${SPEC}/gone`);
      await world.say(run, "/orchestrate cancel");
      await world.reconciler({ github: before, form: "action" }).pass();
      expect(await world.comments(vain)).toHaveLength(2);
      world.machine.clock.advance(25 * 3_600_000);
      expect((await world.reconciler({ github: after }).pass()).asks).toEqual([]);
      const taking = takeTurns(after, { turns: NONE_LEFT, random: world.machine.random });
      expect((await world.reconciler({ github: taking.github }).pass()).asks).toEqual([]);
      expect(await taking.end()).toBe(false);
    }),
  );

  it("another bot's eyes on a new ask are no answer", () =>
    story(async (world) => {
      await world.commit({ "a.txt": "a" });
      const issue = await world.ask(`/orchestrate ${SPEC}`);
      const { id } = (await world.github.board.comments(issue))[0]!;
      await alone(world, ACTIONS).board.react({ comment: id }, "eyes");
      const { asks } = await world.reconciler({ github: alone(world, APP) }).pass();
      expect(asks).toMatchObject([{ issue, accepted: false }]);
    }));
});

it("makes nothing twice where GitHub finds no issue by an App's name", () =>
  story(async (world) => {
    const blind: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      if (typeof init?.body !== "string" || !init.body.includes("createdBy")) return answer;
      const told = (await answer.json()) as { data: { repository: { issues?: { nodes: unknown[] } } } };
      if (told.data.repository.issues) told.data.repository.issues.nodes = [];
      return Response.json(told);
    };
    const pass = () => world.reconciler({ github: alone(world, APP, blind), form: "action" }).pass();
    const run = await asked(world, alone(world, APP, blind));
    await world.say(run, "/orchestrate confirm");
    await pass();
    const made = await madeBy(world);
    expect(made).toHaveLength(4);
    await pass();
    expect(await madeBy(world)).toEqual(made);
  }));

it("an ask that the Action has answered a moment ago is not answered by the App too, nor the other way round", () =>
  story(async (world) => {
    const job = alone(world, ACTIONS);
    const server = alone(world, APP);
    const byJob = world.reconciler({ github: job, form: "action" });
    const byServer = world.reconciler({ github: server, form: "app" });
    const first = await asked(world, job);
    await byServer.pass();
    expect(await world.comments(first)).toHaveLength(2);
    await world.say(first, "/orchestrate cancel");
    await byJob.pass();
    const second = await world.ask(`/orchestrate ${SPEC} --only 1`);
    await byServer.pass();
    await byJob.pass();
    expect(await world.comments(second)).toHaveLength(2);
  }));
