/** Two units that change the same lines (design 2.10): the later one is brought together with what has landed. */
import { describe, expect, it } from "vitest";
import { asked, confirmedRun, type ShippedRun } from "../support/shipped-run.ts";
import { AT, playedStory, type World } from "../support/world.ts";

const TASKS =
  "- [ ] 1. Count the apples\n  - In `src/apples.txt`\n- [ ] 2. Count the pears\n  - In `src/pears.txt`\n";

/** Both write the same line of a file that neither names; `resolve` is what the shell does about it. */
async function clash(world: World, resolve: string): Promise<ShippedRun> {
  const work = [
    "brief=$(cat)",
    "case $brief in",
    `"# resolve"*) ${resolve} ;;`,
    '*"unit 1 "*) echo 3 apples > stock.txt ;;',
    "*) echo 5 pears > stock.txt ;;",
    "esac",
  ];
  return confirmedRun(world, {
    tasks: TASKS,
    files: {
      "stock.txt": "nothing\n",
      "work.sh": `${work.join("\n")}\n`,
      ".github/roundtable.yml":
        "version: 1\nagents: { shell: { backend: command, command: sh work.sh } }\nrouting: { default: shell }\nreviewers: { agent: practice }\nverify: [grep -q . stock.txt]\n",
    },
    flags: "--profile throughput",
  });
}

const KEEP_BOTH = "sed -i '/^[<=>]\\{7\\}/d' stock.txt";

/** As a person does it with git: a commit with both parents, pushed to the unit's branch. */
async function mergeByHand(world: World, run: number): Promise<void> {
  const { git } = world.as("octo").rest;
  const headOf = async (branch: string): Promise<string> =>
    (await git.getRef({ ...AT, ref: `heads/roundtable/${run}/${branch}` })).data.object.sha;
  const parents = [await headOf("unit-2"), await headOf("main")];
  const { data: tree } = await git.createTree({
    ...AT,
    base_tree: parents[1]!,
    tree: [{ path: "stock.txt", mode: "100644", type: "blob", content: "3 apples and 5 pears\n" }],
  });
  const { data: commit } = await git.createCommit({ ...AT, message: "Both", tree: tree.sha, parents });
  await git.updateRef({ ...AT, ref: `heads/roundtable/${run}/unit-2`, sha: commit.sha });
}

describe("a conflict", () => {
  it("is solved by an attempt that sees both sides, verified and reviewed again, and landed", () =>
    playedStory(async (world) => {
      const { rest } = await clash(world, KEEP_BOTH);
      const report = await rest();
      expect(report.outcome).toBe("complete");
      const { landed, conflicts } = report.view.state;
      const second = report.view.byId.get("2")!;
      const resolved = second.work.at(-1)!;
      expect(resolved).toMatchObject({ role: "resolve", n: 1, outcome: "completed" });
      expect(resolved).toMatchObject({ headSha: conflicts["2"]!.head, baseSha: landed["1"]!.sha });
      const commit = await world.github.code.readCommit(resolved.committed!);
      expect(commit!.parents).toEqual([conflicts["2"]!.head, landed["1"]!.sha]);
      expect(second.reviewJobs.at(-1)).toMatchObject({ headSha: landed["2"]!.head, outcome: "completed" });
      const stock = await world.github.code.file(landed["2"]!.sha, "stock.txt");
      expect(new TextDecoder().decode(stock)).toBe("3 apples\n5 pears\n");
    }));

  it("that two attempts leave as it is becomes a question; merged by a person, it lands", () =>
    playedStory(async (world) => {
      const { run, say, rest } = await clash(world, "true");
      const report = await rest();
      expect(asked(report)).toEqual(["conflict of 2"]);
      const second = report.view.byId.get("2")!;
      expect(second.work.map(({ role, outcome }) => `${role} ${outcome}`)).toEqual([
        "implement completed",
        "resolve refused",
        "resolve refused",
      ]);
      expect(second.work.at(-1)!.result!.summary).toMatch(/"stock.txt" still holds conflict markers/);
      expect(second.branchHead).toBe(report.view.state.conflicts["2"]!.head);
      await mergeByHand(world, run);
      await say("/orchestrate decide d1 1");
      const end = await rest();
      expect(end.outcome).toBe("complete");
      const stock = await world.github.code.file(end.view.state.landed["2"]!.sha, "stock.txt");
      expect(new TextDecoder().decode(stock)).toBe("3 apples and 5 pears\n");
    }));
});
