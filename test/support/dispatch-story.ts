/** The Action form, dispatched with consent, as an App in a private repository. Its steps are played where the story has them. */
import { readFile } from "node:fs/promises";
import { expect } from "vitest";
import { ACTIONS_LOGIN } from "../../src/domain/board/dispatch.ts";
import { board, fixtureTasks, hourly, install, reviewsInto, runs, until } from "./action-form.ts";
import { APP_KEY } from "./app-key.ts";
import { createTestMachine } from "./machine.ts";
import { SPEC } from "./shipped-run.ts";
import { AT, byActions, REPO, type story } from "./world.ts";

const APP = "helper[bot]";
const OWN = ".github/workflows/own.yml";

export function dispatchStory(told: typeof story): Promise<void> {
  const secrets: Record<string, string> = {};
  const vars: Record<string, string> = {};
  return told(
    async (world) => {
      await install(world, await fixtureTasks("flush-left"));
      await world.commit({
        [OWN]:
          "on: {push: {branches: ['roundtable/*/main']}}\njobs: {own: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}}\n",
      });
      const write = { actions: "write", contents: "write", issues: "write", pull_requests: "write" } as const;
      const app = world.local.apps.register({
        slug: APP.replace("[bot]", ""),
        owner: "octo",
        publicKey: APP_KEY.publicKey,
        webhook: null,
        permissions: { ...write, metadata: "read" },
        events: [],
      });
      world.local.apps.install(app.id, { account: "octo", repositories: [REPO] });
      vars["ROUNDTABLE_APP_ID"] = String(app.id);
      secrets["ROUNDTABLE_APP_KEY"] = APP_KEY.privateKey;
      const dispatch = (inputs: Record<string, string>, by = "octo") =>
        world
          .as(by)
          .rest.actions.createWorkflowDispatch({ ...AT, workflow_id: "roundtable.yml", ref: "main", inputs });

      await expect(dispatch({ spec: SPEC }, "reader")).rejects.toMatchObject({ status: 403 });
      expect(await until(world, () => dispatch({ spec: SPEC, consent: "true" }))).toEqual([
        "workflow_dispatch: ask failure",
      ]);
      const asked = runs(world).at(-1)!;
      expect(await readFile(asked.jobs[0]!.log, "utf8")).toContain("consent needs a max_cost above 0");
      expect(await board(world, [])).toEqual({ issues: [], pulls: [] });

      // As another workflow could write it.
      const forged = await byActions(
        world,
        [
          `/orchestrate ${SPEC} --max-cost 500`,
          "",
          "- asked by: octo",
          `- workflow run: ${asked.id}`,
          "- consent: true",
          "",
          `<!-- roundtable:run dispatch=${asked.id} -->`,
        ].join("\n"),
      );
      // Unlike a job's own, the writes of an App start workflows: its answer is no command.
      expect(await until(world, () => hourly(world))).toEqual(["schedule: pass success", "issue_comment: "]);
      expect(await world.comments(forged)).toEqual([expect.stringContaining("Nothing was started")]);
      expect(await world.github.journal.openRuns()).toEqual([]);

      const [first, ...others] = await until(world, () =>
        dispatch({ spec: SPEC, options: "--only 3", consent: "true", max_cost: "5" }),
      );
      expect(first).toBe("workflow_dispatch: ask success, pass success");
      expect(others.filter((one) => one.includes("failure"))).toEqual([]);
      const { data } = await world.as("octo").rest.issues.listForRepo({ ...AT, state: "all" });
      const tracking = data.find(({ body }) => body?.startsWith(`/orchestrate ${SPEC} --only 3`))!;
      expect(tracking.user?.login).toBe(ACTIONS_LOGIN);
      const comments = await world.comments(tracking.number);
      expect(comments[0]).toContain("octo started the workflow with consent to this plan");
      expect(comments[0]).toContain(`begin by what a run pushes: ${OWN}`);
      expect(comments[0]).not.toContain("reviews are comments");
      const jobs = runs(world).flatMap((run) => run.jobs);
      for (const { log } of jobs.filter(({ conclusion }) => conclusion !== "skipped"))
        expect(await readFile(log, "utf8")).not.toMatch(/ghs_|BEGIN RSA/);
      expect(others).toContain("push: own success");
      expect(await reviewsInto(world, `roundtable/${tracking.number}/main`)).toEqual([
        `APPROVED ${ACTIONS_LOGIN}`,
      ]);
      expect(comments.at(-1)).toContain("## Run ended: complete");
      const made = await board(world, [forged, tracking.number]);
      expect(made.pulls).toEqual([`open main ${APP}`, `merged roundtable/${tracking.number}/main ${APP}`]);
      expect(made.issues).toEqual([expect.stringMatching(/^closed .*completed.* helper\[bot\]$/)]);
    },
    { isPrivate: true, secrets, vars, machine: createTestMachine(new Date().toISOString()) },
  );
}
