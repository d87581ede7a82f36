/** What people say reaches the next attempt, whose job has another account than the one that made the board. */
import { expect, it } from "vitest";
import { createGithub } from "../../src/adapters/github/github.ts";
import { remarksOfPeople } from "../../src/application/job/people.ts";
import { marker } from "../../src/domain/run/names.ts";
import { attemptsOf } from "../../src/domain/run/attempts.ts";
import { anAttempt, aPlan, aState } from "../support/run.ts";
import { APP, AT, REPO, story } from "../support/world.ts";

it("on the pull request and the issue of a unit, which are the App's", () =>
  story(async (world) => {
    const sha = await world.commit({ "a.txt": "a" });
    const run = await world.ask("Please.");
    const [base, head] = [`roundtable/${run}/main`, `roundtable/${run}/unit-1`];
    const { board, code } = world.github;
    await code.ensureBranch({ name: base, sha, message: null });
    await code.ensureBranch({ name: head, sha, message: "Begin" });
    const mark = { title: "1. One", labels: [], draft: false };
    const issueMark = marker("unit", { run, unit: "1" });
    const issue = await board.ensureIssue({ ...mark, marker: issueMark, body: issueMark, parent: null });
    const pull = await board.ensurePull({ ...mark, head, base, body: marker("pr", { run, unit: "1" }) });
    const { rest } = world.as("octo");
    const body = "Not by hand, please";
    await rest.pulls.createReview({ ...AT, pull_number: pull.number, event: "REQUEST_CHANGES", body });
    await world.say(issue.number, "Smallest first");

    const me = "github-actions[bot]";
    const reads = { contents: "read", issues: "read", pull_requests: "read", actions: "read" } as const;
    const job = createGithub({
      token: world.local.token({ login: me, permissions: reads }),
      reviewerToken: null,
      fullName: REPO,
      baseUrl: world.local.origin(),
      fetch,
      clock: world.machine.clock,
      me,
      reviewer: me,
    });
    const attempts = { "1/fix/1": anAttempt() };
    const state = aState(aPlan("- [ ] 1. One\n"), { run, account: APP, attempts });
    const told = await remarksOfPeople(job.board, { state, attempt: attemptsOf(state)[0]! });
    expect(told.map(({ text }) => text)).toEqual([`octo: ${body}`, "octo: Smallest first\n\nocto: Please."]);
  }));
