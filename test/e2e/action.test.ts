/**
 * The Action form, whole: both shipped workflows and the built Action on the local GitHub, and no token but each job's
 * own. Nothing of ours runs outside of a job. The repository is private: there a job reads just what its permissions name.
 */
import { expect, it } from "vitest";
import { ACTIONS_LOGIN } from "../../src/domain/board/dispatch.ts";
import { board, fixtureTasks, hourly, install, logOf, reviewsInto, until } from "../support/action-form.ts";
import { SPEC } from "../support/shipped-run.ts";
import { AT, wholeStory } from "../support/world.ts";

const BROKEN = "- [ ] 1. Write a\n  - _Depends: 2_\n- [ ] 2. Write b\n  - _Depends: 1_\n";

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
            ? new Response("{}", { status: 403 })
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
