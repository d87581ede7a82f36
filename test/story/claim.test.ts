/** A person, or a bot from outside, takes a unit, and hands it in by a pull request of their own. */
import { describe, expect, it } from "vitest";
import { removeJournal } from "../support/damage.ts";
import { outsider, touched, UNTOUCHED } from "../support/outsider.ts";
import { repaired } from "../support/repaired.ts";
import { scriptedRun, goodFate, type ScriptedRun } from "../support/scripted-run.ts";
import { phases } from "../support/shipped-run.ts";
import { AT, REPO, story, type World } from "../support/world.ts";
import type { Fate } from "../support/scripted-jobs.ts";
import type { AttemptView } from "../../src/domain/run/attempts.ts";

const TASKS = [1, 2]
  .map((n) => `- [ ] ${n}. Write part ${n}\n  - _Depends: none_\n  - _writes: src/${n}.txt_\n`)
  .join("");

/** 3 waits for 2. */
const CHAIN = `${TASKS}- [ ] 3. Write part 3\n  - _Depends: 2_\n  - _writes: src/3.txt_\n`;

type Taken = ScriptedRun & {
  say(body: string): Promise<void>;
  /** What `octo` pushes to a branch of their own, from the integration branch. */
  push(branch: string, files: Record<string, string>): Promise<void>;
  /** As `octo`, or as a bot. */
  open(pull: { head: string; body: string; draft?: boolean; by?: string }): Promise<number>;
  issueOf(unit: string): Promise<number>;
};

/** Unit 1 is at work and hangs; unit 2 has landed. */
async function underWay(world: World, fateOf = hangsAtOne): Promise<Taken> {
  const told = await scriptedRun(world, { tasks: TASKS, fateOf });
  const integration = `roundtable/${told.run}/main`;
  await told.until(({ view }) => view.state.landed["2"] !== undefined && view.state.train === null);
  const owner = world.as("octo").rest;
  return {
    ...told,
    say: async (body) => void (await world.say(told.run, body)),
    async push(branch, files) {
      if ((await world.github.code.branch(branch)) === null) {
        const sha = (await world.github.code.branch(integration))!;
        await owner.git.createRef({ ...AT, ref: `refs/heads/${branch}`, sha });
      }
      await world.commit(files, branch);
    },
    async open({ by, ...pull }) {
      const who = by === undefined ? world.as("octo") : world.as(by);
      return (await who.rest.pulls.create({ ...AT, base: integration, title: "Mine", ...pull })).data.number;
    },
    async issueOf(unit) {
      const { issues } = await world.github.board.board(integration);
      return issues.find(({ title }) => title.startsWith(`${unit}.`))!.number;
    },
  };
}

const hangsAtOne = (attempt: AttemptView): Fate =>
  attempt.slug === "1" && attempt.role === "implement" ? "hangs" : goodFate(attempt);

const issue = async (world: World, number: number) =>
  (await world.as("octo").rest.issues.get({ ...AT, issue_number: number })).data;

describe("claim", () => {
  it("the agent's attempt ends, the issue is theirs and says so; their pull request is verified, reviewed and landed", () =>
    story(async (world) => {
      const { run, say, step, rest, push, open, issueOf } = await underWay(world);
      await say("/orchestrate claim 1");
      const taken = await rest();
      expect(taken).toMatchObject({ outcome: "decision", reason: "unit 1 is with octo" });
      expect(taken.view.state.attempts["1/implement/1"]!.outcome).toBe("cancelled");
      const number = await issueOf("1");
      expect(await issue(world, number)).toMatchObject({ assignees: [{ login: "octo" }], state: "open" });
      expect((await issue(world, number)).body).toContain("octo has taken this unit: no agent works on it");
      expect((await world.comments(run)).join("\n")).toContain(`\`Closes #${number}\``);

      await push("my-work", { "src/1.txt": "by hand\n" });
      const pull = await open({ head: "my-work", body: `Closes #${number}\n\nAll of it.`, draft: true });
      expect(phases(await step())).toEqual({ 1: "not_started", 2: "completed" });
      await world.github.board.updatePull(pull, { ready: true });
      const end = await rest();
      expect(end.outcome).toBe("complete");
      const [work] = end.view.byId.get("1")!.work;
      expect(work).toMatchObject({ key: "1_2/implement/1", agent: "octo" });
      const made = Object.keys(end.view.state.attempts).filter((key) => key.startsWith("1_2/"));
      expect(made).toEqual(["1_2/implement/1", "1_2/verify/1", "1_2/review/1"]);
      const file = await world.github.code.file(end.view.integrationHead!, "src/1.txt");
      expect(new TextDecoder().decode(file ?? undefined)).toBe("by hand\n");
      const { pulls } = await world.local.view(REPO);
      const mine = pulls.find((one) => one.number === pull)!;
      expect(mine).toMatchObject({ body: `Closes #${number}\n\nAll of it.`, mergedAt: expect.any(String) });
      expect((await issue(world, number)).state).toBe("closed");
    }));

  it("what is not in order waits for their next push; no agent mends it", () =>
    story(async (world) => {
      const fates: Fate[] = ["major"];
      const { run, say, rest, push, open, issueOf } = await underWay(world, (attempt) =>
        attempt.slug.startsWith("1") && attempt.role === "review"
          ? (fates.shift() ?? "pass")
          : hangsAtOne(attempt),
      );
      await say("/orchestrate claim 1");
      await push("my-work", { "src/1.txt": "by hand\n" });
      await open({ head: "my-work", body: `Fixes: #${await issueOf("1")}` });
      const sentBack = await rest();
      expect(phases(sentBack)).toEqual({ 1: "fix_required", 2: "completed" });
      expect(sentBack.reason).toBe("unit 1 is with octo");
      await say("/orchestrate retry 1");
      await rest();
      expect((await world.comments(run)).at(-1)).toContain("their next push is looked at by itself");
      await push("my-work", { "src/1.txt": "by hand, better\n" });
      const end = await rest();
      expect(end.outcome).toBe("complete");
      expect(end.view.byId.get("1")!.work.map(({ key, agent }) => `${key} ${agent}`)).toEqual([
        "1_2/implement/1 octo",
        "1_2/fix/1 octo",
      ]);
    }));

  it("is given back by release, and ends by itself when nothing comes of it, which is said once", () =>
    story(async (world) => {
      const { run, say, step, rest, issueOf } = await underWay(world, (attempt) =>
        attempt.slug === "1_2" && attempt.role === "implement" ? "hangs" : hangsAtOne(attempt),
      );
      const number = await issueOf("1");
      await say("/orchestrate claim 1");
      await rest();
      await say("/orchestrate release 1");
      const back = await step();
      expect(back.view.state.attempts["1_2/implement/1"]).toMatchObject({ agent: "practice", outcome: null });
      expect((await issue(world, number)).assignees).toEqual([]);

      await say("/orchestrate claim 1");
      await rest();
      world.machine.clock.advance(71 * 3_600_000);
      expect((await step()).view.byId.get("1")!.claim).toMatchObject({ by: "octo" });
      world.machine.clock.advance(3_600_000);
      const end = await rest();
      expect(end.outcome).toBe("complete");
      expect(end.view.byId.get("1")!.work.map(({ key, agent }) => `${key} ${agent}`)).toEqual([
        "1_3/implement/1 practice",
      ]);
      const told = (await world.comments(run)).filter((body) => body.includes("of whom nothing was heard"));
      expect(told).toHaveLength(1);
      expect((await issue(world, number)).assignees).toEqual([]);
    }));

  it.each([
    ["claim 9", "no unit of that id"],
    ["claim 2", "Unit 2 is completed already"],
    ["release 1", "Nobody has taken unit 1"],
    ["claim", "Write `/orchestrate claim <unit>`"],
  ])("%s is refused with a sentence", (command, says) =>
    story(async (world) => {
      const { run, say, step } = await underWay(world);
      await say(`/orchestrate ${command}`);
      const { view } = await step();
      expect(view.state.claims).toEqual({});
      expect((await world.comments(run)).join("\n")).toContain(says);
    }),
  );

  it("by a reader does nothing; of two people who may, the first one has it", () =>
    story(async (world) => {
      world.local.setPermission(REPO, "stranger", "write");
      const { run, say, rest, step } = await underWay(world);
      await world.say(run, "/orchestrate claim 1", "reader");
      expect((await step()).view.state.claims).toEqual({});
      await world.say(run, "/orchestrate claim 1", "stranger");
      await say("/orchestrate claim 1");
      expect((await rest()).view.byId.get("1")!.claim).toMatchObject({ by: "stranger" });
      expect((await world.comments(run)).join("\n")).toContain("Unit 1 is with stranger already");
    }));

  it("by a bot's pull request that names a unit which nobody has begun; by a person's without a command nothing", () =>
    story(async (world) => {
      world.local.setPermission(REPO, "stranger", "write");
      const fate = (attempt: AttemptView): Fate => (attempt.slug === "2" ? "asks" : goodFate(attempt));
      const told = await scriptedRun(world, { tasks: CHAIN, fateOf: fate });
      await told.rest();
      const bot = world.local.token({
        login: "helper[bot]",
        permissions: { contents: "write", pull_requests: "write" },
      });
      const integration = `roundtable/${told.run}/main`;
      const sha = (await world.github.code.branch(integration))!;
      await world.as("octo").rest.git.createRef({ ...AT, ref: "refs/heads/helped", sha });
      await world.commit({ "src/3.txt": "by a bot\n" }, "helped");
      const { issues } = await world.github.board.board(integration);
      const number = issues.find(({ title }) => title.startsWith("3."))!.number;
      const body = JSON.stringify({
        base: integration,
        head: "helped",
        title: "Help",
        body: `Closes #${number}`,
      });
      const headers = {
        authorization: `token ${bot}`,
        "content-type": "application/json",
        "user-agent": "test",
      };
      const url = `${world.local.origin()}/repos/${REPO}/pulls`;
      expect((await fetch(url, { method: "POST", headers, body })).status).toBe(201);
      await world.say(told.run, "/orchestrate skip 2");
      await told.rest();
      await world.say(told.run, "/orchestrate decide d2 1");
      const end = await told.rest();
      expect(end.outcome).toBe("complete");
      expect(end.view.byId.get("3")!.work.map(({ key, agent }) => `${key} ${agent}`)).toEqual([
        "3/implement/1 helper[bot]",
      ]);
    }));

  it("a fork's pull request is nobody's, though it names the unit that its author or another has taken", () =>
    story(async (world) => {
      const { run, say, rest, issueOf } = await underWay(world);
      await say("/orchestrate claim 1");
      const { push, open } = await outsider(world);
      await push("mine", `roundtable/${run}/main`, { "src/1.txt": "of an outsider\n" });
      const body = `Closes #${await issueOf("1")}`;
      const pull = await open({ branch: "mine", base: `roundtable/${run}/main`, body });
      expect((await rest()).view.byId.get("1")).toMatchObject({ pull: null, work: [] });
      // Who may write is asked to push here, too: what a fork's branch holds can change without them.
      world.local.setPermission(REPO, "stranger", "write");
      await say("/orchestrate release 1");
      await world.say(run, "/orchestrate claim 1", "stranger");
      expect((await rest()).view.byId.get("1")).toMatchObject({ claim: { by: "stranger" }, pull: null });
      expect(await touched(world, [pull])).toEqual([UNTOUCHED]);
    }));

  it("a pull request that names no unit, and one that names two, is nobody's", () =>
    story(async (world) => {
      const { say, rest, push, open, issueOf } = await underWay(world);
      const [one, two] = [await issueOf("1"), await issueOf("2")];
      await say("/orchestrate claim 1");
      await push("aside", { "src/1.txt": "by hand\n" });
      await open({ head: "aside", body: `It has to do with #${one}\n\`\`\`\nCloses nothing` });
      await push("both", { "src/1.txt": "by hand\n" });
      await open({ head: "both", body: `Closes #${one}\nCloses #${two}` });
      const { view, reason } = await rest();
      expect(reason).toBe("unit 1 is with octo");
      expect(view.byId.get("1")).toMatchObject({ pull: null, work: [] });
    }));
});

it("what was reverted has not landed by their old pull request, though they take the unit again, or its journal is repaired", () =>
  story(async (world) => {
    const { run, rest, until } = await scriptedRun(world, {
      tasks: `- [ ] 1. Write a\n  - _writes: src/1.txt_\n- [ ] 2. Checkpoint - all tests pass\n`,
      fateOf: (attempt) =>
        attempt.slug.startsWith("_gate-") && attempt.n === 1
          ? "red"
          : attempt.role === "implement"
            ? "hangs"
            : goodFate(attempt),
    });
    const integration = `roundtable/${run}/main`;
    await until(({ view: { state } }) => state.attempts["1/implement/1"] !== undefined);
    await world.say(run, "/orchestrate claim 1");
    await rest();
    const octo = world.as("octo").rest;
    const sha = (await world.github.code.branch(integration))!;
    await octo.git.createRef({ ...AT, ref: "refs/heads/my-work", sha });
    await world.commit({ "src/1.txt": "by hand\n" }, "my-work");
    const { issues } = await world.github.board.board(integration);
    const body = `Closes #${issues.find(({ title }) => title.startsWith("1."))!.number}`;
    await octo.pulls.create({ ...AT, base: integration, head: "my-work", title: "Mine", body });
    await rest();
    await world.say(run, "/orchestrate decide d1 4");
    await until(({ view: { state } }) => state.reverted["1"] !== undefined);
    await world.say(run, "/orchestrate claim 1");
    const waits = { outcome: "decision", reason: "unit 1 is with octo" };
    expect(await rest()).toMatchObject(waits);
    await removeJournal(world, run);
    await repaired(world, run);
    expect(await rest()).toMatchObject(waits);
  }));
