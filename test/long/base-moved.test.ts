/** The base branch moves during the run (design 2.10, 2.11): it is merged in at the end, by an agent where it conflicts. */
import { describe, expect, it } from "vitest";
import type { RunReport } from "../../src/application/report.ts";
import type { Github } from "../../src/application/ports.ts";
import { attemptsOf } from "../../src/domain/run/attempts.ts";
import { scriptedJobs } from "../support/scripted-jobs.ts";
import { goodFate, scriptedRun, type ScriptedRun } from "../support/scripted-run.ts";
import { asked, confirmedRun, phases, SPEC, type ShippedRun } from "../support/shipped-run.ts";
import { APP_PERMISSIONS, AT, playedStory, type World } from "../support/world.ts";

/** A run whose unit writes 3 apples into stock.txt, until it is to land; `resolve` is what the shell does about a conflict. */
async function counting(world: World, resolve: string): Promise<ShippedRun> {
  const work = [
    "brief=$(cat)",
    "case $brief in",
    `"# resolve"*) ${resolve} ;;`,
    "*) echo 3 apples > stock.txt; echo red > color.txt ;;",
    "esac",
  ];
  const run = await confirmedRun(world, {
    tasks: "- [ ] 1. Count the apples\n  - In `stock.txt`\n",
    files: {
      "stock.txt": "nothing\n",
      "work.sh": `${work.join("\n")}\n`,
      ".github/roundtable.yml":
        "version: 1\nagents: { shell: { backend: command, command: sh work.sh } }\nrouting: { default: shell }\nreviewers: { agent: practice }\nverify: ['! grep -q poison stock.txt']\n",
    },
    flags: "",
  });
  await run.until((report) => phases(report)["1"] === "final_review");
  return run;
}

const KEEP_BOTH = "sed -i '/^[<=>]\\{7\\}/d' stock.txt";

const fileAt = async (world: World, sha: string, path: string): Promise<string | null> => {
  const bytes = await world.github.code.file(sha, path);
  return bytes === null ? null : new TextDecoder().decode(bytes);
};

const resolves = ({ view }: RunReport): string[] =>
  attemptsOf(view.state)
    .filter(({ role }) => role === "resolve")
    .map(({ key, outcome }) => `${key} ${outcome}`);

/** As a person does it with git: a commit with both parents on the integration branch. */
async function mergeByHand(world: World, run: number): Promise<string> {
  const { git } = world.as("octo").rest;
  const headOf = async (branch: string): Promise<string> =>
    (await git.getRef({ ...AT, ref: `heads/${branch}` })).data.object.sha;
  const parents = [await headOf(`roundtable/${run}/main`), await headOf("main")];
  const { data: tree } = await git.createTree({
    ...AT,
    base_tree: parents[0]!,
    tree: [{ path: "src/1.txt", mode: "100644", type: "blob", content: "3 apples, 5 pears\n" }],
  });
  const { data: commit } = await git.createCommit({ ...AT, message: "Both", tree: tree.sha, parents });
  await git.updateRef({ ...AT, ref: `heads/roundtable/${run}/main`, sha: commit.sha });
  return commit.sha;
}

describe("a base branch that moved", () => {
  it("without a conflict is merged in by the last train", () =>
    playedStory(async (world) => {
      const { rest } = await counting(world, "false");
      const base = await world.commit({ "pears.txt": "5 pears\n" });
      const report = await rest();
      expect(report.outcome).toBe("complete");
      const { finished, notes } = report.view.state;
      expect(notes).toEqual([]);
      expect(await world.github.code.isAncestor(base, finished!)).toBe(true);
      expect(await fileAt(world, finished!, "stock.txt")).toBe("3 apples\n");
      expect(resolves(report)).toEqual([]);
    }));

  it("and conflicts is brought together with the run by an agent, and verified as the last train", () =>
    playedStory(async (world) => {
      const { rest, run } = await counting(world, `${KEEP_BOTH}; echo "$brief" > brief.txt`);
      const base = await world.commit({ "stock.txt": "5 pears\n", ".github/CODEOWNERS": "* @octo\n" });
      const report = await rest();
      expect(report.outcome).toBe("complete");
      expect(resolves(report)).toEqual(["_base/resolve/1 completed"]);
      const { finished, attempts, landed, trains, notes } = report.view.state;
      const made = attempts["_base/resolve/1"]!;
      expect(made).toMatchObject({ agent: "shell", headSha: landed["1"]!.sha, baseSha: base });
      const commit = await world.github.code.readCommit(made.committed!);
      expect(commit!.parents).toEqual([landed["1"]!.sha, base]);
      expect(commit!.message).toMatch(`Bring main and run ${run} together`);
      // What only one side has changed is there as well.
      expect(await fileAt(world, finished!, "stock.txt")).toBe("5 pears\n3 apples\n");
      expect(await fileAt(world, finished!, "color.txt")).toBe("red\n");
      expect(await fileAt(world, finished!, ".github/CODEOWNERS")).toBe("* @octo\n");
      expect(await fileAt(world, finished!, `${SPEC}/tasks.md`)).toMatch("- [x] 1.");
      expect(await world.github.code.isAncestor(made.committed!, finished!)).toBe(true);
      expect(attempts[`_train/verify/${trains}`]).toMatchObject({ headSha: finished, outcome: "green" });
      // Who merges it knows where to look.
      expect(notes).toEqual([expect.stringContaining(`together in ${made.committed!.slice(0, 7)}`)]);
      expect(report.view.finalPull!.body).toMatch(/read by no reviewer.*no unit did: brief\.txt/);
      // Both intents stand in the brief.
      const brief = await fileAt(world, finished!, "brief.txt");
      expect(brief).toMatch(/What this run has landed:\s+```\w*\s1\. Count the apples\s[^`]*stock\.txt/);
      expect(brief).toMatch(/What is new on the base branch, newest first:\s+```[^`]*Write stock\.txt/);
      // GitHub can merge the final pull request.
      const { data } = await world
        .as("octo")
        .rest.pulls.get({ ...AT, pull_number: report.view.finalPull!.number });
      expect(data).toMatchObject({ head: { sha: finished }, base: { ref: "main" } });
    }));

  it("on which one attempt makes the candidate red is tried once more, told what was red", () =>
    playedStory(async (world) => {
      // Its own verify runs cannot see what only the base's configuration of now asks for.
      const { rest } = await counting(
        world,
        `${KEEP_BOTH}; case $brief in *"ended red"*) echo kiwis >> stock.txt ;; esac`,
      );
      await world.commit({
        "stock.txt": "5 pears\n",
        ".github/roundtable.yml":
          "version: 1\nagents: { shell: { backend: command, command: sh work.sh } }\nverify: [grep kiwis stock.txt]\n",
      });
      const report = await rest();
      expect(report.outcome).toBe("complete");
      expect(resolves(report)).toEqual(["_base/resolve/1 red", "_base/resolve/2 completed"]);
      expect(await fileAt(world, report.view.state.finished!, "stock.txt")).toBe(
        "5 pears\n3 apples\nkiwis\n",
      );
    }));
});

const TASKS = "- [ ] 1. Count the apples\n  - In `src/1.txt`\n";

describe("a base branch that two attempts did not bring in", () => {
  /** Until the question, with scripted jobs; attempts after that are good. */
  async function stuck(world: World): Promise<ScriptedRun> {
    const run = await scriptedRun(world, {
      tasks: TASKS,
      fateOf: (attempt) => (attempt.slug === "_base" && attempt.n <= 2 ? "protected" : goodFate(attempt)),
    });
    await world.commit({ "src/1.txt": "5 pears\n" });
    const report = await run.rest();
    expect(report.outcome).toBe("decision");
    expect(asked(report)).toEqual(["base-conflict of run"]);
    expect(resolves(report)).toEqual(["_base/resolve/1 refused", "_base/resolve/2 refused"]);
    expect(report.reason).toMatch(
      /main has moved .* and 2 attempts did not .* may not be changed by an agent/,
    );
    expect(report.view.state).toMatchObject({ finished: null, ended: null });
    return run;
  }

  it("is merged by a person: verified and ticked", () =>
    playedStory(async (world) => {
      const { run, rest } = await stuck(world);
      const merge = await mergeByHand(world, run);
      await world.say(run, "/orchestrate decide d1 1");
      const report = await rest();
      expect(report.outcome).toBe("complete");
      const { finished, attempts, trains } = report.view.state;
      expect(await world.github.code.isAncestor(merge, finished!)).toBe(true);
      expect(attempts[`_train/verify/${trains}`]).toMatchObject({ headSha: finished, outcome: "green" });
      expect(await fileAt(world, finished!, "src/1.txt")).toBe("3 apples, 5 pears\n");
      expect(resolves(report)).toHaveLength(2);
    }));

  it("asks again where the person has not merged it", () =>
    playedStory(async (world) => {
      const { run, rest } = await stuck(world);
      await world.say(run, "/orchestrate decide d1 1");
      const report = await rest();
      expect(report.outcome).toBe("decision");
      expect(Object.keys(report.view.state.decisions)).toEqual(["d1", "d2"]);
      expect(resolves(report)).toHaveLength(2);
    }));

  it("gets one more attempt, from the base branch as it is then", () =>
    playedStory(async (world) => {
      const { run, rest } = await stuck(world);
      const base = await world.commit({ "src/2.txt": "7 plums\n" });
      await world.say(run, "/orchestrate decide d1 2");
      const report = await rest();
      expect(report.outcome).toBe("complete");
      expect(resolves(report)[2]).toBe("_base/resolve/3 completed");
      const { finished, attempts } = report.view.state;
      expect(attempts["_base/resolve/3"]).toMatchObject({ baseSha: base });
      expect(await fileAt(world, finished!, "src/_base.txt")).toBe("resolve 3\n");
      expect(await fileAt(world, finished!, "src/2.txt")).toBe("7 plums\n");
    }));

  it("costs no attempt once the base branch does not conflict any more", () =>
    playedStory(async (world) => {
      const { run, rest } = await stuck(world);
      await world.commit({ "src/1.txt": "implement 1\n" });
      await world.say(run, "/orchestrate decide d1 2");
      const report = await rest();
      expect(report.outcome).toBe("complete");
      expect(resolves(report)).toHaveLength(2);
    }));

  it("is left to the final pull request, which says so", () =>
    playedStory(async (world) => {
      const { run, rest } = await stuck(world);
      await world.say(run, "/orchestrate decide d1 3");
      const report = await rest();
      expect(report.outcome).toBe("complete");
      expect(report.view.finalPull!.body).toMatch("main has moved and conflicts with this branch.");
      const { finished } = report.view.state;
      expect(await fileAt(world, finished!, `${SPEC}/tasks.md`)).toMatch("- [x] 1.");
      expect(await fileAt(world, finished!, "src/1.txt")).toBe("implement 1\n");
    }));

  it("ends the run as it is", () =>
    playedStory(async (world) => {
      const { run, rest } = await stuck(world);
      await world.say(run, "/orchestrate decide d1 4");
      const report = await rest();
      expect(report.outcome).toBe("halted");
      expect(report.view).toMatchObject({ finalPull: null, state: { finished: null } });
    }));
});

describe("where GitHub refuses to take the base branch in", () => {
  it("for its workflow files, the final pull request says so, and no agent is called", () =>
    playedStory(async (world) => {
      const { workflows: _, ...permissions } = APP_PERMISSIONS;
      const { rest } = await scriptedRun(world, { tasks: TASKS, github: world.appWith(permissions) });
      await world.commit({ "src/1.txt": "5 pears\n", ".github/workflows/ci.yml": "on: push\njobs: {}\n" });
      const report = await rest();
      expect(report.outcome).toBe("complete");
      expect(resolves(report)).toEqual([]);
      expect(report.view.finalPull!.body).toMatch(
        /main has moved and could not be merged in .* Press Update/,
      );
    }));

  it("only when an agent's merge is written, nobody is asked: the conflict is left to the final pull request", () =>
    playedStory(async (world) => {
      const { rest } = await scriptedRun(world, { tasks: TASKS });
      await world.commit({ "src/1.txt": "5 pears\n" });
      world.local.interceptor = ({ method, url }) =>
        method === "PATCH" && url.endsWith("base-1")
          ? Response.json({ message: "refusing to update workflow" }, { status: 403 })
          : null;
      const report = await rest();
      expect(report.outcome).toBe("complete");
      expect(asked(report)).toEqual([]);
      expect(report.view.state.attempts["_base/resolve/1"]).toMatchObject({ committed: null });
      expect(report.view.finalPull!.body).toMatch("main has moved and conflicts with this branch.");
      expect(await fileAt(world, report.view.state.finished!, "src/1.txt")).toBe("implement 1\n");
    }));
});

it("passes that race, and passes that die on the way, bring it in once", () =>
  playedStory(async (world) => {
    const { workflows, dispatches } = scriptedJobs(world.github, goodFate);
    const github = { ...world.github, workflows };
    await world.commit({ [`${SPEC}/tasks.md`]: TASKS });
    const run = await world.ask(`/orchestrate ${SPEC}`);
    const living = [world.reconciler({ github }), world.reconciler({ github })];
    await living[0]!.pass();
    await world.say(run, "/orchestrate confirm");
    await world.commit({ "src/1.txt": "5 pears\n" });
    // Its effects are done, and what they brought is lost with it.
    const dying = (): Promise<unknown> => {
      let appends = 0;
      const journal: Github["journal"] = {
        ...github.journal,
        append: async (...entry) => {
          if (++appends > 1) throw new Error("it died");
          return github.journal.append(...entry);
        },
      };
      return world.reconciler({ github: { ...github, journal } }).pass();
    };
    let report: RunReport | undefined;
    for (let step = 0; step < 150 && report?.outcome !== "complete"; step++) {
      world.machine.clock.advance(31_000);
      if (step % 5 === 0) await dying().catch(() => null);
      const seen = (await Promise.all(living.map((one) => one.pass()))).flatMap(({ runs }) => runs);
      // An ended run is told by the pass that ended it, and by none after it.
      report = seen.find(({ outcome }) => outcome === "complete") ?? seen[0] ?? report;
    }
    expect(report).toMatchObject({ outcome: "complete" });
    expect(resolves(report!)).toEqual(["_base/resolve/1 completed"]);
    expect(dispatches.filter(({ key }) => key.startsWith("_base/"))).toHaveLength(1);
    const { finished, attempts, landed, trains } = report!.view.state;
    const { committed, baseSha } = attempts["_base/resolve/1"]!;
    const merge = await world.github.code.readCommit(committed!);
    expect(merge!.parents).toEqual([landed["1"]!.sha, baseSha]);
    expect(await world.github.code.isAncestor(committed!, finished!)).toBe(true);
    expect(attempts[`_train/verify/${trains}`]).toMatchObject({ headSha: finished, outcome: "green" });
  }));
