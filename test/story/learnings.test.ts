/** What agents learned: a pull request of its own for AGENTS.md. The first has the shipped agent workflow and a program as agent. */
import { describe, expect, it } from "vitest";
import type { Github } from "../../src/application/ports.ts";
import { TransientError } from "../../src/domain/problem.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted-run.ts";
import { confirmedRun } from "../support/shipped-run.ts";
import { AT, playedStory, story, type World } from "../support/world.ts";

const CONFIG =
  "version: 1\nagents: { shell: { backend: command, command: sh work.sh } }\nrouting: { default: shell }\nreviewers: { agent: practice }\n";
const LEARNED = ["Tests need Docker.", "Ask @octo <b>before</b> you touch `src/<any>`", "Old news!"];
const WORK = `mkdir -p src; echo work >> src/1.txt
echo '${JSON.stringify({ outcome: "completed", summary: "Done.", learnings: LEARNED })}'
`;

const TASKS = "- [ ] 1. Write a\n  - In `src/1.txt`\n";

const begin = (world: World, files: Readonly<Record<string, string>>): Promise<ScriptedRun> =>
  scriptedRun(world, { tasks: TASKS, files, learnings: LEARNED, seconds: 30 });

/** Open and closed ones from the run's branch for AGENTS.md. */
const proposed = async (world: World, run: number) =>
  (
    await world
      .as("octo")
      .rest.pulls.list({ ...AT, state: "all", head: `octo:roundtable/${run}/learnings`, base: "main" })
  ).data;

const agentsAt = async (world: World, ref: string): Promise<string> =>
  new TextDecoder().decode((await world.github.code.file(ref, "AGENTS.md")) ?? undefined);

describe("what agents learned", () => {
  it("waits for a person in a pull request that changes AGENTS.md alone, which the summary names", () =>
    playedStory(async (world) => {
      const { run, rest } = await confirmedRun(world, {
        tasks: TASKS,
        files: {
          "work.sh": WORK,
          ".github/roundtable.yml": CONFIG,
          "AGENTS.md": "# Us\n\n- Old news\n",
        },
        flags: "",
      });
      expect((await rest()).outcome).toBe("complete");
      const [pull, ...more] = await proposed(world, run);
      expect(more).toEqual([]);
      expect(pull).toMatchObject({ state: "open", draft: false, merged_at: null });
      const files = await world.github.board.changedFiles(pull!.number);
      expect(files.map(({ path }) => path)).toEqual(["AGENTS.md"]);
      expect(await agentsAt(world, pull!.head.sha)).toBe(
        "# Us\n\n- Old news\n\n## Learned while working here\n\n- Tests need Docker.\n- Ask @octo &lt;b>before&lt;/b> you touch `src/<any>`\n",
      );
      expect(await agentsAt(world, (await world.github.code.branch("main"))!)).toBe("# Us\n\n- Old news\n");
      const summary = (await world.comments(run)).at(-1);
      expect(summary).toContain(`proposed for AGENTS.md in #${pull!.number}.`);
      const { writes } = world.local.counters;
      await world.reconciler().pass();
      expect(world.local.counters.writes).toBe(writes);
    }));

  it("is proposed by no pull request where AGENTS.md says it all, or nobody learned anything", () =>
    story(async (world) => {
      const known = LEARNED.map((line) => `- ${line}\n`)
        .join("")
        .replaceAll("<b>before</b>", "&lt;b>before&lt;/b>");
      const { run, rest } = await begin(world, { "AGENTS.md": known });
      expect((await rest()).outcome).toBe("complete");
      expect(await proposed(world, run)).toEqual([]);
      expect(await world.github.code.branch(`roundtable/${run}/learnings`)).toBeNull();
      expect((await world.comments(run)).at(-1)).not.toContain("AGENTS.md");
    }));

  it.each(["the branch", "the commit", "the pull request"])(
    "is proposed once, also when the process dies right after %s was made",
    (step) =>
      story(async (world) => {
        const { run, github, until } = await begin(world, {});
        await until(({ view }) => view.state.train?.finish === true);
        await world.reconciler({ github: dyingAfter(github, step), takeOver: true }).pass();
        expect(await world.github.journal.hasEnded(run)).toBe(false);
        const { code } = world.github;
        const left = await code.branch(`roundtable/${run}/learnings`);
        expect(left).not.toBeNull();
        await world.reconciler({ github, takeOver: true }).pass();
        expect(await world.github.journal.hasEnded(run)).toBe(true);
        const pulls = await proposed(world, run);
        expect(pulls).toHaveLength(1);
        const head = (await code.readCommit(pulls[0]!.head.sha))!;
        expect(head.parents).toEqual([await code.branch("main")]);
        if (step !== "the branch") expect(head.sha).toBe(left);
      }),
  );
});

/** GitHub that is no longer to be reached, once that was made. */
function dyingAfter(github: Github, step: string): Github {
  const die = (): never => {
    throw new TransientError({ what: "Gone", why: "the process died", retryAfterMs: 1000 });
  };
  const isIts = (branch: string): boolean => branch.endsWith("/learnings");
  const { board, code } = github;
  return {
    ...github,
    code: {
      ...code,
      ensureBranch: async (branch) => {
        const done = await code.ensureBranch(branch);
        return isIts(branch.name) && step === "the branch" ? die() : done;
      },
      commit: async (request) => {
        const done = await code.commit(request);
        return isIts(request.branch) && step === "the commit" ? die() : done;
      },
    },
    board: {
      ...board,
      ensurePull: async (pull) => {
        const done = await board.ensurePull(pull);
        return isIts(pull.head) && step === "the pull request" ? die() : done;
      },
    },
  };
}
