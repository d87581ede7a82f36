/** The stories of questions about one unit: see answer-story.ts. */
import type { AttemptView } from "../../src/domain/run/attempts.ts";
import { ONE, paid, TWO, WATCHED, type AnswerStory, type Told } from "./answer-story.ts";
import type { Fate } from "./scripted-jobs.ts";
import { goodFate } from "./scripted-run.ts";
import { AT } from "./world.ts";

const BOTH_LANDED =
  "complete; final pull waits / 1 completed, closed, merged / 2 completed, closed, merged / src/1.txt src/2.txt / main train unit-1 unit-2";
const FIRST_SKIPPED =
  "decision; dependency-skipped of 2 / 1 skipped, closed, closed / 2 blocked, open, none / nothing / main unit-1";
const FIRST_ABORTED = "halted / 1 cancelled, closed, closed / 2 blocked, open, none / nothing / main unit-1";
const LANDED = "complete; final pull waits / 1 completed, closed, merged / src/1.txt / main train unit-1";

/** The first unit's attempts in these roles meet another fate. */
const first =
  (fate: Fate, ...roles: AttemptView["role"][]) =>
  (attempt: AttemptView): Fate =>
    attempt.slug === "1" && roles.includes(attempt.role) ? fate : goodFate(attempt);

/** A person writes the unit's file on its branch. */
const repaired = ({ world, run }: Told): Promise<unknown> =>
  world.commit({ "src/1.txt": "by hand\n" }, `roundtable/${run}/unit-1`);

const setPull = async ({ world, run }: Told, state: "open" | "closed"): Promise<void> => {
  const { pulls } = await world.github.board.board(`roundtable/${run}/main`);
  const { number } = pulls.find(({ head }) => head.endsWith("/unit-1"))!;
  await world.as("octo").rest.pulls.update({ ...AT, pull_number: number, state });
};

/** As a person does it with git: a commit with both parents, pushed to the unit's branch. */
async function mergedByHand({ world, run }: Told): Promise<void> {
  const { git } = world.as("octo").rest;
  const headOf = async (branch: string): Promise<string> =>
    (await git.getRef({ ...AT, ref: `heads/roundtable/${run}/${branch}` })).data.object.sha;
  const parents = [await headOf("unit-2"), await headOf("main")];
  const { data: tree } = await git.createTree({
    ...AT,
    base_tree: parents[1]!,
    tree: [{ path: "src/2.txt", mode: "100644", type: "blob", content: "by hand\n" }],
  });
  const { data: commit } = await git.createCommit({ ...AT, message: "Both", tree: tree.sha, parents });
  await git.updateRef({ ...AT, ref: `heads/roundtable/${run}/unit-2`, sha: commit.sha });
}

/** Its reviewed work is done again twice at a person's word. */
async function redoneTwice({ say, rest }: Told): Promise<void> {
  for (let times = 0; times < 2; times++) {
    await rest();
    await say("retry 1");
  }
}

const GATED = `${ONE}- [ ] 2. Checkpoint - all tests pass\n- [ ] 3. Write c\n  - _writes: src/3.txt_\n`;

export const UNIT_STORIES = {
  "budget (of a unit)": {
    tasks: TWO,
    files: paid("{ unit: 5 }"),
    fateOf: first("red", "implement", "fix"),
    wantsOf: () => 1.5,
    after: { proceed: BOTH_LANDED, skip: FIRST_SKIPPED, abort: FIRST_ABORTED },
  },
  "budget (of a unit that may spend nothing)": {
    tasks: TWO,
    files: paid("{ unit: 0 }"),
    after: { skip: FIRST_SKIPPED, abort: FIRST_ABORTED },
  },
  "budget (of an attempt)": {
    tasks: TWO,
    files: paid("{ attempt: 1 }"),
    wantsOf: () => 6,
    after: { retry: BOTH_LANDED, skip: FIRST_SKIPPED, abort: FIRST_ABORTED },
  },
  "budget (of a review)": {
    tasks: TWO,
    files: paid("{ attempt: 1 }"),
    wantsOf: ({ role }) => (role === "review" ? 6 : 0.5),
    after: { retry: BOTH_LANDED, skip: FIRST_SKIPPED, abort: FIRST_ABORTED },
  },
  "fixes-used-up": {
    tasks: TWO,
    fateOf: first("red", "implement", "fix"),
    mended: { resume: repaired },
    after: { resume: BOTH_LANDED, retry: BOTH_LANDED, skip: FIRST_SKIPPED, abort: FIRST_ABORTED },
  },
  "review-rounds": {
    tasks: ONE,
    files: WATCHED,
    async lead({ world, run, rest }) {
      for (let push = 1; push <= 5; push++) {
        await rest();
        await world.commit({ "src/1.txt": `push ${push}\n` }, `roundtable/${run}/unit-1`);
      }
    },
    after: {
      accept: LANDED,
      retry: "decision / 1 under-review, open, open / nothing / main unit-1",
      skip: "complete / 1 skipped, closed, closed / nothing / main unit-1",
      abort: "halted / 1 cancelled, closed, closed / nothing / main unit-1",
    },
  },
  conflict: {
    tasks: "- [ ] 1. Write a\n  - In `src/1.txt`\n- [ ] 2. Write b\n  - In `src/2.txt`\n",
    files: { "shared.txt": "nothing\n" },
    flags: "--profile throughput",
    fateOf: (attempt) =>
      attempt.role === "implement" ? "shared" : attempt.role === "resolve" ? "protected" : goodFate(attempt),
    mended: { resume: mergedByHand },
    after: {
      resume:
        "complete; final pull waits / 1 completed, closed, merged / 2 completed, closed, merged / shared.txt src/1.txt src/2.txt / main train unit-1 unit-2",
      retry:
        "complete; final pull waits / 1 completed, closed, merged / 2 completed, closed, merged / shared.txt src/1.txt src/2.txt / main train unit-1 unit-2",
      skip: "complete; final pull waits / 1 completed, closed, merged / 2 skipped, closed, closed / shared.txt src/1.txt / main train unit-1 unit-2",
      abort:
        "halted / 1 completed, closed, merged / 2 cancelled, closed, closed / shared.txt src/1.txt / main train unit-1 unit-2",
    },
  },
  question: {
    tasks: TWO,
    fateOf: first("asks", "implement"),
    after: { retry: BOTH_LANDED, skip: FIRST_SKIPPED, abort: FIRST_ABORTED },
  },
  "outside-write-set": {
    tasks: TWO,
    fateOf: first("shared", "implement"),
    after: {
      proceed:
        "complete; final pull waits / 1 completed, closed, merged / 2 completed, closed, merged / shared.txt src/1.txt src/2.txt / main train unit-1 unit-2",
      retry: BOTH_LANDED,
      skip: FIRST_SKIPPED,
      abort: FIRST_ABORTED,
    },
  },
  "unparsable-review": {
    tasks: TWO,
    fateOf: first("garbage", "review"),
    after: { retry: BOTH_LANDED, skip: FIRST_SKIPPED, abort: FIRST_ABORTED },
  },
  lost: {
    tasks: TWO,
    fateOf: first("nothing", "implement"),
    after: { retry: BOTH_LANDED, skip: FIRST_SKIPPED, abort: FIRST_ABORTED },
  },
  person: {
    tasks: TWO.replace("src/1.txt", ".github/CODEOWNERS"),
    after: {
      proceed:
        "complete; final pull waits / 1 skipped, closed, none / 2 completed, closed, merged / src/2.txt / main train unit-2",
      skip: "decision; dependency-skipped of 2 / 1 skipped, closed, none / 2 blocked, open, none / nothing / main",
      abort: "halted / 1 cancelled, closed, none / 2 blocked, open, none / nothing / main",
    },
  },
  "pull-closed": {
    tasks: TWO,
    files: WATCHED,
    async lead(told) {
      await told.rest();
      await setPull(told, "closed");
    },
    mended: { retry: (told) => setPull(told, "open") },
    after: {
      retry: "decision / 1 under-review, open, open / 2 not-started, open, none / nothing / main unit-1",
      skip: FIRST_SKIPPED,
      abort: FIRST_ABORTED,
    },
  },
  "dependency-skipped": {
    tasks: TWO,
    files: WATCHED,
    async lead({ rest, say }) {
      await rest();
      await say("skip 1");
    },
    after: {
      proceed:
        "decision / 1 skipped, closed, closed / 2 under-review, open, open / nothing / main unit-1 unit-2",
      skip: "complete / 1 skipped, closed, closed / 2 skipped, closed, none / nothing / main unit-1",
      abort: "halted / 1 skipped, closed, closed / 2 cancelled, closed, none / nothing / main unit-1",
    },
  },
  "scope-lock": {
    tasks: TWO,
    fateOf: first("major", "review"),
    async lead(told) {
      await redoneTwice(told);
      await told.rest();
      await told.say("retry 1");
      await told.say("decide d3 1");
    },
    mended: { resume: repaired },
    after: { retry: BOTH_LANDED, resume: BOTH_LANDED, skip: FIRST_SKIPPED, abort: FIRST_ABORTED },
  },
  "checkpoint-red": {
    tasks: GATED,
    fateOf: (attempt) => (attempt.slug === "_gate-2" ? "red" : goodFate(attempt)),
    after: {
      retry:
        "complete; final pull waits / 1 completed, closed, merged / 2 completed, closed, none / 3 completed, closed, merged / src/1.txt src/3.txt / main train unit-1 unit-3",
      skip: "complete; final pull waits / 1 completed, closed, merged / 2 skipped, closed, none / 3 completed, closed, merged / src/1.txt src/3.txt / main train unit-1 unit-3",
      abort:
        "halted / 1 completed, closed, merged / 2 cancelled, closed, none / 3 blocked, open, none / src/1.txt / main train unit-1",
      revert:
        "complete; final pull waits / 1 completed, closed, merged / 2 completed, closed, none / 3 completed, closed, merged / src/1.txt src/3.txt / main revert-1 train unit-1 unit-1_2 unit-3",
    },
  },
  respecify: {
    tasks: TWO,
    fateOf: first("major", "review"),
    lead: redoneTwice,
    after: {
      proceed: BOTH_LANDED,
      abort: "halted / 1 cancelled, closed, closed / 2 cancelled, closed, none / nothing / main unit-1",
    },
  },
} satisfies Record<string, AnswerStory>;
