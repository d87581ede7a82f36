/** A person deletes a run's tracking issue, or moves it to another repository: nobody can steer the run any more. */
import { expect, it } from "vitest";
import { createGithub } from "../../src/adapters/github/github.ts";
import { UNPACED } from "../../src/adapters/github/pacer.ts";
import type { Github } from "../../src/application/ports.ts";
import { agentWorkflow } from "../support/agent-workflow.ts";
import { APP, APP_PERMISSIONS, AT, REPO, story, type World } from "../support/world.ts";

const SPEC = ".kiro/specs/x";
const GONE = { message: "This issue was deleted", status: "410" };

/** GitHub, to which one issue is gone: to GraphQL at once, to REST as `rest` says. */
function without({ local, machine }: World, issue: number, rest: () => Response | null): Github {
  const send: typeof fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    if (pathname.startsWith(`/repos/octo/demo/issues/${issue}`)) {
      const answer = rest();
      if (answer) return answer;
    }
    const answer = await fetch(input, init);
    if (!pathname.endsWith("/graphql") || !JSON.stringify(init?.body ?? "").includes("query Look"))
      return answer;
    const { data } = (await answer.json()) as { data: { repository: { tracking: unknown } } };
    data.repository.tracking = null;
    const errors = [{ type: "NOT_FOUND", path: ["repository", "tracking"], message: "Could not resolve" }];
    return Response.json({ data, errors });
  };
  return createGithub({
    token: local.token({ login: APP, permissions: APP_PERMISSIONS }),
    reviewerToken: null,
    fullName: REPO,
    baseUrl: local.origin(),
    fetch: send,
    clock: machine.clock,
    me: APP,
    reviewer: APP,
    pacer: UNPACED,
  });
}

async function underWay(world: World): Promise<number> {
  await world.commit({
    [`${SPEC}/tasks.md`]: "- [ ] 1. Write\n  - _writes: a.js_\n",
    ".github/workflows/roundtable-agent.yml": agentWorkflow("sleep 1000"),
  });
  const run = await world.ask(`/orchestrate ${SPEC}`);
  await world.pass();
  await world.say(run, "/orchestrate confirm");
  await world.pass();
  world.machine.clock.advance(15 * 60_000);
  return run;
}

it("ends: its jobs are stopped, and what was open of it is closed", () =>
  story(async (world) => {
    const run = await underWay(world);
    const github = without(world, run, () => Response.json(GONE, { status: 410 }));
    await world.reconciler({ github }).pass();
    await world.local.settled();
    await world.reconciler({ github }).pass();
    expect(await world.github.journal.openRuns()).toEqual([]);
    const { revision } = (await world.github.journal.find(run))!;
    expect((await world.github.journal.read(revision)).state.ended).toMatchObject({
      outcome: "halted",
      reason: `issue #${run}, which tracked it, is gone`,
    });
    const { issues, pulls } = await world.local.view(REPO);
    expect([...issues, ...pulls].filter(({ user, state }) => user === APP && state === "open")).toEqual([]);
    const { data } = await world.as("octo").rest.actions.listWorkflowRunsForRepo(AT);
    expect(data.workflow_runs.every(({ status }) => status === "completed")).toBe(true);
  }));

it("goes on where only one of GitHub's answers says so", () =>
  story(async (world) => {
    const run = await underWay(world);
    await world.reconciler({ github: without(world, run, () => null) }).pass();
    expect(await world.github.journal.openRuns()).toMatchObject([{ run }]);
  }));
