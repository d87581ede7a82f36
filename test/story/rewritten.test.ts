/** A person writes another text over one of ours: what it belongs to is found all the same, and nothing is made twice. */
import { expect, it } from "vitest";
import { agentWorkflow } from "../support/agent-workflow.ts";
import { APP, AT, REPO, story, type World } from "../support/world.ts";

const SPEC = ".kiro/specs/x";

async function underWay(world: World): Promise<void> {
  await world.commit({
    [`${SPEC}/tasks.md`]: "- [ ] 1. Write\n  - _writes: a.js_\n",
    ".github/workflows/roundtable-agent.yml": agentWorkflow("sleep 1000"),
  });
  const run = await world.ask(`/orchestrate ${SPEC}`);
  await world.pass();
  await world.say(run, "/orchestrate confirm");
  await world.pass();
}

it.each(["issue", "pull request"])("of a unit's %s", (what) =>
  story(async (world) => {
    await underWay(world);
    const made = async () => {
      const { issues, pulls } = await world.local.view(REPO);
      return [...issues, ...pulls].filter(({ user }) => user === APP);
    };
    const before = await made();
    expect(before).toHaveLength(2);
    const { pulls } = await world.local.view(REPO);
    const { number, body } = what === "issue" ? before.find((one) => one !== pulls[0])! : pulls[0]!;
    await world.as("octo").rest.issues.update({ ...AT, issue_number: number, body: "Mine." });
    await world.pass();
    const after = await made();
    expect(after.map(({ number: one }) => one)).toEqual(before.map(({ number: one }) => one));
    expect(after.find((one) => one.number === number)!.body).toBe(body);
  }),
);
