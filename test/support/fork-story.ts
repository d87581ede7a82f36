/** The Action form and a fork: it is let be, and what of it runs has no secret and writes nothing. Its steps are played where the story has them. */
import { readFile } from "node:fs/promises";
import { expect } from "vitest";
import { artifactName, runName } from "../../src/domain/run/names.ts";
import { hourly, install, runs, until } from "./action-form.ts";
import { greedyStep } from "./greedy-step.ts";
import { outsider, pretend, touched, UNTOUCHED } from "./outsider.ts";
import { SPEC, WORKFLOW } from "./shipped-run.ts";
import { AT, REPO, type story } from "./world.ts";

const KEY = "the-key-of-a-model";

/** The agent workflow as a fork would have it: begun by its own pull request, with all that there is. */
const thieving = (run: number): string => {
  const first = { run, slug: "1", role: "implement", n: 1 } as const;
  return `name: roundtable-agent
run-name: ${runName(first)}
on: [pull_request, pull_request_review]
permissions: write-all
jobs:
  steal:
    runs-on: ubuntu-latest
    steps:
      - shell: node
        run: |
          require("node:fs").writeFileSync("result.json", JSON.stringify({ v: 1, run: ${run}, outcome: "completed" }))
${greedyStep({ secret: "ANTHROPIC_API_KEY", path: `issues/${run}/comments`, body: { body: "/orchestrate cancel" } })}      - uses: actions/upload-artifact@v4
        with: { name: "${artifactName(first, "result")}", path: result.json }
`;
};

export const forkStory = (told: typeof story): Promise<void> =>
  told(
    async (world) => {
      await install(world, "- [ ] 1. Write a greeting\n  - _Writes: a.txt_\n");
      const run = await world.ask(`/orchestrate ${SPEC}`);
      await world.local.settled();
      // The wake is lost: the hand-over waits to be read, and another one lies beside it.
      let wakes = 0;
      world.local.interceptor = ({ method, url }) =>
        method === "POST" && url.endsWith("/roundtable.yml/dispatches") && wakes++ === 0
          ? new Response("{}", { status: 403 })
          : null;
      await until(world, () => world.say(run, "/orchestrate confirm"));
      const { push, open } = await outsider(world);
      await push("evil", "main", { [WORKFLOW]: thieving(run) });
      const evil: number[] = [];
      const opening = async () => void evil.push(await open({ branch: "evil", base: "main", body: "" }));
      expect(await until(world, opening)).toEqual(["pull_request: "]);
      const { id: run_id, ...held } = runs(world).at(-1)!;
      expect(held).toMatchObject({ path: WORKFLOW, conclusion: "action_required" });
      await until(world, () => world.as("octo").rest.actions.approveWorkflowRun({ ...AT, run_id }));
      const stolen = runs(world).find(({ id }) => id === run_id)!;
      expect(stolen.artifacts.map(({ name }) => name)).toEqual([`roundtable-${run}-1-implement-1-result`]);
      const log = await readFile(stolen.jobs[0]!.log, "utf8");
      expect(log).toContain("secret of 0 letters");
      expect(log).toContain("asked: 403");

      const view = await world.local.view(REPO);
      const unit = {
        number: view.issues.find(({ title }) => title.startsWith("1."))!.number,
        pull: view.pulls.find(({ head }) => head === `roundtable/${run}/unit-1`)!.number,
      };
      const theirs: number[] = [];
      await until(world, async () => void theirs.push(...(await pretend(world, { run, unit }))));
      await until(world, () => hourly(world));
      expect((await world.comments(run)).findLast((one) => one.startsWith("github-actions"))).toContain(
        "## Run ended: complete",
      );
      expect(await touched(world, [...evil, ...theirs])).toEqual([...evil, ...theirs].map(() => UNTOUCHED));
      const head = (await world.github.code.branch(`roundtable/${run}/main`))!;
      const file = await world.github.code.file(head, "a.txt");
      expect(new TextDecoder().decode(file ?? undefined)).toMatch(/^(?!.*outsider).*implement 1/);
      const ofPulls = runs(world).filter(({ event }) => event.startsWith("pull_request"));
      expect(ofPulls.map(({ event, path, conclusion }) => `${path} ${event} ${conclusion}`)).toEqual([
        `${WORKFLOW} pull_request success`,
        // The review of the run's own pull request is handed on, that of theirs waits for good.
        ".github/workflows/roundtable.yml pull_request_review success",
        ".github/workflows/roundtable.yml pull_request_review action_required",
      ]);
      // One that was pushed out before it began has none.
      const begun = runs(world).flatMap(({ jobs }) => jobs.filter(({ startedAt }) => startedAt !== null));
      const logs = await Promise.all(begun.map(({ log: path }) => readFile(path, "utf8").catch(() => "")));
      expect(logs.filter((text) => text.includes(KEY))).toEqual([]);
    },
    { secrets: { ANTHROPIC_API_KEY: KEY } },
  );
