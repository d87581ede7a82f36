/**
 * What is left of a job that is cancelled, by both shipped workflows and the built Action: a person cancels it while its
 * agent works, first by force and then as the page's button does.
 */
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { unitBranch } from "../../src/domain/run/names.ts";
import { hourly, install, runs, until } from "../support/action-form.ts";
import { machine } from "../../src/adapters/system/machine.ts";
import { createTestMachine } from "../support/machine.ts";
import { SPEC } from "../support/shipped-run.ts";
import { AT, wholeStory, type World } from "../support/world.ts";

/** Begins, tells so, and works on for ever; where it finds that begun it ends it. A reviewer is content. */
const AGENT = (signs: string): string => `
cat > /dev/null
if [ ! -e src/a.txt ]; then
  mkdir -p src
  echo begun > src/a.txt
  touch ${signs}/$$
  while :; do sleep 1; done
fi
echo and ended >> src/a.txt
echo '{"outcome": "completed", "summary": "Ended.", "verdict": "pass", "findings": []}'
`;

const CONFIG = `version: 1
verify: ["test -e .kiro"]
agents: { mine: { backend: command, command: sh agent.sh } }
routing: { default: mine }
`;

it("of a job cancelled by force nothing, which is said; of one that may end by itself all, and the next attempt goes on from it", async () => {
  const signs = await mkdtemp(join(tmpdir(), "roundtable-signs-"));
  onTestFinished(() => rm(signs, { recursive: true, force: true }));
  // Each agent is another user.
  await chmod(signs, 0o777);
  const begun = async (): Promise<number> => (await readdir(signs)).length;

  await wholeStory(
    async (world) => {
      await world.commit({ "agent.sh": AGENT(signs) });
      await install(world, "- [ ] 1. Write a\n  - In `src/a.txt`\n", CONFIG);
      let run = 0;
      await until(world, async () => void (run = await world.ask(`/orchestrate ${SPEC}`)));
      const { actions } = world.as("octo").rest;
      const atWork = () => runs(world).at(-1)!.id;

      const killed = until(world, () => world.say(run, "/orchestrate confirm"));
      await expect.poll(begun, { timeout: 60_000 }).toBe(1);
      const first = atWork();
      await actions.forceCancelWorkflowRun({ ...AT, run_id: first });
      expect(await killed).toEqual([
        "issue_comment: pass success",
        "workflow_dispatch: prepare success, work cancelled",
      ]);

      // Nothing of it wakes a pass any more.
      const cancelled = until(world, () => hourly(world));
      await expect.poll(begun, { timeout: 60_000 }).toBe(2);
      const again = `workflow run ${first} ended as cancelled and handed nothing over`;
      // The agent may have begun before its pass has told of it.
      await expect
        .poll(() => tracking(world, run), { timeout: 60_000 })
        .toContain(`in progress, implement 1 by mine (begun again: ${again}) since`);
      await actions.cancelWorkflowRun({ ...AT, run_id: atWork() });
      const [, second, ...others] = await cancelled;
      expect(second).toBe(
        "workflow_dispatch: prepare success, work cancelled, verify cancelled, wake success",
      );
      // A pass that waits for its turn gives it up to a newer one.
      const rest = others.filter((one) => one !== "workflow_dispatch: pass cancelled");
      expect(rest.filter((one) => /failure|cancelled/.test(one))).toEqual([]);

      expect((await world.comments(run)).at(-1)).toContain("## Run ended: complete");
      expect(await begun()).toBe(2);
      const { data } = await world
        .as("octo")
        .rest.pulls.list({ ...AT, state: "all", head: `octo:${unitBranch(run, "1")}` });
      expect(data[0]!.body).toContain("| implement 1 | mine | interrupted |\n| fix 1 | mine | completed |");
      const landed = await world.github.code.file(`roundtable/${run}/main`, "src/a.txt");
      expect(new TextDecoder().decode(landed)).toBe("begun\nand ended\n");
    },
    { machine: { ...createTestMachine(new Date().toISOString()), processes: machine.processes } },
  );
}, 300_000);

const tracking = async (world: World, run: number): Promise<string> =>
  (await world.comments(run)).findLast((body) => body.includes("## Roundtable: "))!;
