/** A person's request for changes that a writer overruled: the end of the run must not hide it. */
import { expect, it } from "vitest";
import { scriptedRun } from "../../support/scripted-run.ts";
import { story } from "../../support/world.ts";

const AT = { owner: "octo", repo: "demo" };

it("a request for changes that `/orchestrate approve` overruled is named in the summary", () =>
  story(async (world) => {
    const { run, rest } = await scriptedRun(world, {
      tasks: "- [ ] 1. Write the parser\n  - _writes: src/1.txt_\n",
      files: { ".github/roundtable.yml": "version: 1\nrequire_human: [standard]\n" },
    });
    const pull = async () =>
      (await world.github.board.board(`roundtable/${run}/main`)).pulls.find((one) =>
        one.head.endsWith("/unit-1"),
      );
    expect((await rest()).reason).toContain("a person with write access must approve it");
    const number = (await pull())!.number;
    await world.as("octo").rest.pulls.createReview({
      ...AT,
      pull_number: number,
      event: "REQUEST_CHANGES",
      body: "This loses data.",
    });
    await world.say(run, "/orchestrate approve 1");
    const report = await rest();
    expect(report.outcome, `${report.reason}\n${(await world.comments(run)).join("\n")}`).toBe("complete");
    expect((await pull())!.merged).toBe(true);
    const comments = (await world.comments(run)).join("\n");
    expect(comments).toContain("Run ended: complete");
    expect(comments).toContain("Approved by a person over findings");
  }));
