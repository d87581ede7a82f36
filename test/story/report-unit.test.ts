/** Audits and manual checks in a spec, with the shipped agent workflow. docs/decisions/0006-review-units.md */
import { expect, it } from "vitest";
import { asked, confirmedRun, phases } from "../support/shipped-run.ts";
import { AT, playedStory } from "../support/world.ts";

const TASKS = `- [ ] 1. Write the parser
  - _writes: src/parser.txt_
- [ ] 2. Audit the parser
- [ ] 3. Manual testing on a phone
`;

it("an audit ends in a report that is reviewed and lands; what only a person can do is asked, and the run ends", () =>
  playedStory(async (world) => {
    const { run, say, rest } = await confirmedRun(world, { tasks: TASKS });
    expect((await world.comments(run)).join("\n")).toMatch(
      /A person must do[^]*3\. Manual testing on a phone: its title says "Manual testing"/,
    );
    const waiting = await rest();
    expect(asked(waiting)).toEqual(["person of 3"]);
    expect(phases(waiting)).toEqual({ "1": "completed", "2": "completed", "3": "blocked" });
    const audit = waiting.view.byId.get("2")!;
    expect(audit.work.map(({ result }) => result?.files.map(({ path }) => path))).toEqual([
      ["reports/x/unit-2.md"],
    ]);
    expect(audit.reviewJobs).toMatchObject([{ reviewer: "correctness", outcome: "completed" }]);
    const { head, sha } = waiting.view.state.landed["2"]!;
    expect(audit.reviewJobs[0]!.headSha).toBe(head);
    const report = "Practice run 1, unit 2: implement 1.";
    const bytes = await world.github.code.file(sha, "reports/x/unit-2.md");
    expect(new TextDecoder().decode(bytes ?? undefined)).toBe(`${report}\n`);
    const { data: issue } = await world
      .as("octo")
      .rest.issues.get({ ...AT, issue_number: audit.issue!.number });
    expect(issue.state).toBe("closed");
    expect(issue.body).toContain(`### Report\n\n> ${report}`);

    await say("/orchestrate decide d1 1");
    const end = await rest();
    expect(end.outcome).toBe("complete");
    expect(phases(end)["3"]).toBe("skipped");
    expect(end.view.byId.get("3")!.work).toEqual([]);
  }));
