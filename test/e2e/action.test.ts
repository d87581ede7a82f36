/**
 * The Action form, whole: both shipped workflows and the built Action on the local GitHub, and no token but each job's
 * own. Nothing of ours runs outside of a job. The repository is private: there a job reads just what its permissions name.
 */
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { ACTIONS_LOGIN } from "../../src/domain/board/dispatch.ts";
import {
  board,
  fixtureTasks,
  hourly,
  install,
  logOf,
  reviewsInto,
  runs,
  until,
} from "../support/action-form.ts";
import { APP_KEY } from "../support/app-key.ts";
import { createTestMachine } from "../support/machine.ts";
import { SPEC } from "../support/shipped-run.ts";
import { AT, byActions, wholeStory, REPO } from "../support/world.ts";

const APP = "helper[bot]";
const BROKEN = "- [ ] 1. Write a\n  - _Depends: 2_\n- [ ] 2. Write b\n  - _Depends: 1_\n";
const OWN = ".github/workflows/own.yml";

it(
  "a comment becomes a final pull request; who may not write moves nothing; a lost wake is made good by the schedule",
  () =>
    wholeStory(
      async (world) => {
        await install(world, await fixtureTasks("waves"));
        let ignored = 0;
        expect(
          await until(world, async () => void (ignored = await world.ask(`/orchestrate ${SPEC}`, "reader"))),
        ).toEqual(["issue_comment: pass success"]);
        expect(await world.comments(ignored)).toHaveLength(1);
        expect(await world.github.journal.openRuns()).toEqual([]);

        const base = await world.commit({ ".kiro/specs/broken/tasks.md": BROKEN });
        let broken = 0;
        expect(
          await until(world, async () => void (broken = await world.ask("/orchestrate .kiro/specs/broken"))),
        ).toEqual(["issue_comment: pass success"]);
        expect(await logOf(world, "pass")).toContain("Error: Units wait for one another: 1 → 2 → 1");

        let issue = 0;
        expect(
          await until(world, async () => void (issue = await world.ask(`/orchestrate ${SPEC}`))),
        ).toEqual(["issue_comment: pass success"]);
        const plan = (await world.comments(issue)).at(-1)!;
        expect(plan).toMatch(/^github-actions\[bot\]: ## Plan for x/);
        expect(plan).toContain(
          "checks on its pull requests wait until a person approves them, reviews are comments",
        );
        expect(await logOf(world, "pass")).toMatch(
          /Summary:[^]*# Run \d+[^]*```mermaid[^]*\| unit \| pull request/,
        );
        await until(world, () => world.say(issue, "/orchestrate confirm", "reader"));
        await until(world, () => world.say(issue, "well, /orchestrate confirm"));
        expect(await board(world, [ignored, broken, issue])).toEqual({ issues: [], pulls: [] });

        let wakes = 0;
        world.local.interceptor = ({ method, url }) =>
          method === "POST" && url.endsWith("/roundtable.yml/dispatches") && wakes++ === 0
            ? new Response("{}", { status: 502 })
            : null;
        expect(await until(world, () => world.say(issue, "/orchestrate confirm"))).toEqual([
          "issue_comment: pass success",
          "workflow_dispatch: prepare success, work success, verify success, wake failure",
        ]);
        const [first, ...others] = await until(world, () => hourly(world));
        expect(first).toBe("schedule: pass success");
        expect(others.filter((one) => one.includes("failure"))).toEqual([]);

        expect((await world.comments(issue)).at(-1)).toContain("## Run ended: complete");
        expect(await world.github.journal.openRuns()).toEqual([]);
        const { issues, pulls } = await board(world, [ignored, broken, issue]);
        expect(issues).toEqual(issues.map(() => expect.stringMatching(/^closed .*\bcompleted\b/)));
        expect(issues).toHaveLength(4);
        const [final, ...landed] = pulls;
        expect(final).toBe(`open main ${ACTIONS_LOGIN}`);
        expect(landed).toEqual(
          Array.from({ length: 3 }, () => `merged roundtable/${issue}/main ${ACTIONS_LOGIN}`),
        );
        expect(await world.github.code.branch("main")).toBe(base);
        expect(await reviewsInto(world, `roundtable/${issue}/main`)).toEqual([`COMMENTED ${ACTIONS_LOGIN}`]);

        const { data } = await world.as("octo").rest.pulls.list({ ...AT, base: "main" });
        const approve = { ...AT, pull_number: data[0]!.number, event: "APPROVE" as const };
        expect(await until(world, () => world.as("octo").rest.pulls.createReview(approve))).toEqual([
          "pull_request_review: forward success",
          "workflow_dispatch: pass success",
        ]);
      },
      { isPrivate: true },
    ),
  300_000,
);

it("a dispatch with consent becomes a run of an App; one that asks for nothing says so, a forged one too", () => {
  const secrets: Record<string, string> = {};
  const vars: Record<string, string> = {};
  return wholeStory(
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
}, 300_000);
