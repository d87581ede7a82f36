/** Questions that only a person can answer, with the shipped agent workflow: what is asked, and what each answer does. */
import { describe, expect, it } from "vitest";
import { asked, confirmedRun, SHIPPED, SPEC, WORKFLOW, type ShippedRun } from "../support/shipped-run.ts";
import { AT, playedStory, type World } from "../support/world.ts";

const TASKS = "- [ ] 1. Write the parser\n  - _writes: src/parser.txt_\n";

const begin = (
  world: World,
  files: Readonly<Record<string, string>> = {},
  flags?: string,
): Promise<ShippedRun> =>
  confirmedRun(world, { tasks: TASKS, files, ...(flags === undefined ? {} : { flags }) });

const config = (yaml: string) => ({ ".github/roundtable.yml": `version: 1\n${yaml}` });

describe("work outside the declared files", () => {
  const STRAYS = config(
    "agents: { shell: { backend: command, command: sh work.sh } }\nrouting: { default: shell }\nreviewers: { agent: practice }\n",
  );
  const WORK = "mkdir -p src lib; echo work >> src/parser.txt; test -e kept || echo stray > lib/other.txt\n";

  const strays = (world: World): Promise<ShippedRun> => begin(world, { "work.sh": WORK, ...STRAYS }, "");

  it("is asked about with its size; taken, it lands and the pull request says so", () =>
    playedStory(async (world) => {
      const { say, rest } = await strays(world);
      const report = await rest();
      expect(asked(report)).toEqual(["outside-write-set of 1"]);
      expect(report.reason).toContain("lib/other.txt (1 lines)");
      expect(report.view.byId.get("1")!.branchHead).toBe(report.view.byId.get("1")!.work[0]!.headSha);
      await say("/orchestrate decide d1 1");
      const end = await rest();
      expect(end.outcome).toBe("complete");
      expect(end.view.byId.get("1")!.pull!.body).toMatch(
        /beyond the files that the plan expected: `lib\/other.txt`/,
      );
      const { sha } = end.view.state.landed["1"]!;
      expect(await world.github.code.file(sha, "lib/other.txt")).not.toBeNull();
    }));

  it("sent back, the next attempt is told its limits and stands on the branch as it was", () =>
    playedStory(async (world) => {
      const { run, say, rest } = await strays(world);
      await rest();
      await world.commit({ kept: "" }, `roundtable/${run}/unit-1`);
      await say("/orchestrate decide d1 2");
      const end = await rest();
      expect(end.outcome).toBe("complete");
      const [first, second] = end.view.byId.get("1")!.work;
      expect(first).toMatchObject({ outcome: "refused", committed: null });
      expect(first!.result!.summary).toMatch(/outside those that the unit declares: lib\/other.txt/);
      expect(second).toMatchObject({ role: "fix", outcome: "completed" });
      expect(await world.github.code.file(end.view.state.landed["1"]!.sha, "lib/other.txt")).toBeNull();
    }));
});

describe("a last train that is red", () => {
  const RED_WHEN_TICKED = config("verify: [sh check.sh]\n");
  const check = `! grep -q '\\[x\\]' ${SPEC}/tasks.md\n`;

  it("is not built again by itself; repaired on the base branch it lands", () =>
    playedStory(async (world) => {
      const { say, rest } = await begin(world, { ...RED_WHEN_TICKED, "check.sh": check });
      const report = await rest();
      expect(asked(report)).toEqual(["finish-red of run"]);
      expect(report.view.state.landed).toHaveProperty("1");
      const { trains } = report.view.state;
      await world.pass();
      expect((await rest()).view.state.trains).toBe(trains);
      await world.commit({ "check.sh": "true\n" });
      await say("/orchestrate decide d1 1");
      const end = await rest();
      expect(end.outcome).toBe("complete");
      expect(end.view.finalPull).not.toBeNull();
    }));

  it("ended there: the run is halted, and what landed stays", () =>
    playedStory(async (world) => {
      const { say, rest } = await begin(world, { ...RED_WHEN_TICKED, "check.sh": check });
      await rest();
      await say("/orchestrate decide d1 2");
      const end = await rest();
      expect(end.outcome).toBe("halted");
      expect(end.view.state.landed).toHaveProperty("1");
      expect(end.view.finalPull).toBeNull();
    }));
});

describe("a train whose verify runs bring no verdict", () => {
  it("is asked about after three; the answer couples another", () =>
    playedStory(async (world) => {
      const mute = SHIPPED.replace(
        "- name: Verify #",
        "- if: inputs.unit != '_train'\n        name: Verify #",
      );
      expect(mute).not.toBe(SHIPPED);
      const { say, rest } = await begin(world, { [WORKFLOW]: mute });
      const report = await rest();
      expect(asked(report)).toEqual(["lost of run"]);
      expect(report.view.state.landed).toEqual({});
      await world.commit({ [WORKFLOW]: SHIPPED });
      await say("/orchestrate decide d1 1");
      expect((await rest()).outcome).toBe("complete");
    }));
});

describe("a write that GitHub refuses", () => {
  it("is said once, not tried again by itself, and tried again when a person says so", () =>
    playedStory(async (world) => {
      const { run, say, rest } = await begin(world);
      let refused = 0;
      world.local.interceptor = (request) => {
        if (request.method !== "POST" || !new URL(request.url).pathname.endsWith("/pulls")) return null;
        refused += 1;
        return Response.json({ message: "Resource not accessible by integration" }, { status: 403 });
      };
      const report = await rest();
      expect(asked(report)).toEqual(["refused of run"]);
      await world.pass();
      expect(refused).toBe(1);
      const questions = (await world.comments(run)).filter((comment) => comment.includes("### Decision"));
      expect(questions).toHaveLength(1);
      world.local.interceptor = null;
      await say("/orchestrate decide d1 1");
      expect((await rest()).outcome).toBe("complete");
    }));
});

describe("a branch protection that refuses us", () => {
  it("is told in GitHub's words with the exclusion to set; once it is set the train goes on", () =>
    playedStory(async (world) => {
      const { run, say, rest } = await begin(world);
      world.local.interceptor = (request) =>
        request.method === "PATCH" &&
        new URL(request.url).pathname.endsWith(`/refs/heads%2Froundtable%2F${run}%2Fmain`)
          ? Response.json(
              { message: "Protected branch update failed for refs/heads/roundtable/1/main." },
              { status: 422 },
            )
          : null;
      const report = await rest();
      expect(asked(report)).toEqual(["refused of run"]);
      expect(report.view.state.landed).toEqual({});
      expect(report.reason).toMatch(
        /Protected branch update failed.*Exclude roundtable\/\*\* from that ruleset or branch protection/,
      );
      world.local.interceptor = null;
      await say("/orchestrate decide d1 1");
      expect((await rest()).outcome).toBe("complete");
    }));
});

describe("an integration branch that somebody moved back", () => {
  it("stops the run until it holds again what has landed; one that is gone is put back", () =>
    playedStory(async (world) => {
      const tasks = `${TASKS}- [ ] 2. Write the printer\n  - _writes: src/printer.txt_\n  - _Depends: 1_\n`;
      const { run, say, rest, until } = await confirmedRun(world, { tasks });
      const ref = `heads/roundtable/${run}/main`;
      const { git } = world.as("octo").rest;
      const landed = (await until(({ view }) => "1" in view.state.landed)).view.state;
      await git.updateRef({ ...AT, ref, sha: landed.base.sha, force: true });
      const report = await rest();
      expect(asked(report)).toEqual(["integration-moved of run"]);
      expect(report.outcome).toBe("decision");
      await git.deleteRef({ ...AT, ref });
      await say("/orchestrate decide d1 1");
      // GitHub closes pull requests whose base is gone.
      const closed = await rest();
      expect(asked(closed)).toEqual(["pull-closed of 2"]);
      const { number } = closed.view.byId.get("2")!.pull!;
      await world.as("octo").rest.pulls.update({ ...AT, pull_number: number, state: "open" });
      await say("/orchestrate decide d2 1");
      const end = await rest();
      expect(end.outcome).toBe("complete");
      const head = end.view.integrationHead!;
      for (const file of ["src/parser.txt", "src/printer.txt"])
        expect(await world.github.code.file(head, file)).not.toBeNull();
    }));
});
