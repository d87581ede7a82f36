/** The stories of questions about the run as a whole: see answer-story.ts. */
import type { RunReport } from "../../src/application/report.ts";
import type { AttemptView } from "../../src/domain/run/attempts.ts";
import { ONE, paid, TWO, WATCHED, type AnswerStory, type Told } from "./answer-story.ts";
import type { Fate } from "./scripted-jobs.ts";
import { goodFate } from "./scripted-run.ts";
import { SPEC } from "./shipped-run.ts";
import { AT } from "./world.ts";

const BOTH_LANDED =
  "complete; final pull waits / 1 completed, closed, merged / 2 completed, closed, merged / src/1.txt src/2.txt / main train unit-1 unit-2";
const LANDED = "complete; final pull waits / 1 completed, closed, merged / src/1.txt / main train unit-1";
const ENDED_WITH_FIRST =
  "halted / 1 completed, closed, merged / 2 cancelled, closed, none / src/1.txt / main train unit-1";
const TAKEN_WITH_FIRST =
  "complete; final pull waits / 1 completed, closed, merged / 2 skipped, closed, none / src/1.txt / main train unit-1";

const THREE = `${TWO}- [ ] 3. Write c\n  - _writes: src/3.txt_\n  - _Depends: 2_\n`;
const FOUR = [1, 2, 3, 4]
  .map((n) => `- [ ] ${n}. Write ${n}\n  - _writes: src/${n}.txt_\n`)
  .join("")
  .concat('\n```json\n{"waves": [["1", "2", "3", "4"]]}\n```\n');

const where =
  (fate: Fate, is: (attempt: AttemptView) => boolean) =>
  (attempt: AttemptView): Fate =>
    is(attempt) ? fate : goodFate(attempt);

/** The base branch changes what the run does. */
const movedBase = async ({ world }: Told): Promise<void> =>
  void (await world.commit({ "src/1.txt": "on main\n" }));

/** As a person does it with git: a commit with both parents on the integration branch. */
async function mergedByHand({ world, run }: Told): Promise<void> {
  const { git } = world.as("octo").rest;
  const headOf = async (branch: string): Promise<string> =>
    (await git.getRef({ ...AT, ref: `heads/${branch}` })).data.object.sha;
  const parents = [await headOf(`roundtable/${run}/main`), await headOf("main")];
  const { data: commit } = await git.getCommit({ ...AT, commit_sha: parents[0]! });
  const { data: merge } = await git.createCommit({ ...AT, message: "Both", tree: commit.tree.sha, parents });
  await git.updateRef({ ...AT, ref: `heads/roundtable/${run}/main`, sha: merge.sha });
}

/** The attempt's job runs and does not end: two days pass. */
const twoDaysOn =
  (key: string) =>
  async ({ until, step, wait }: Told): Promise<RunReport> => {
    await until(({ view }) => view.state.attempts[key]?.runId != null);
    wait(49);
    return step();
  };

/** Who goes on waiting is asked again after two days more. */
const orTwoDaysMore: AnswerStory["rest"] = async ({ step, rest, wait }, does) => {
  if (does !== "proceed") return rest();
  await step();
  wait(49);
  return step();
};

const moveMain = async ({ world, run }: Told, sha: string): Promise<unknown> =>
  world.as("octo").rest.git.updateRef({ ...AT, ref: `heads/roundtable/${run}/main`, sha, force: true });

const CHECKED = {
  ".github/roundtable.yml": "version: 1\nchecks: required\nverify: ['true']\n",
  ".github/workflows/tests.yml":
    "on: { push: { branches: [main, 'roundtable/*/train'] } }\njobs: { t: { runs-on: ubuntu-latest, steps: [{ run: 'true' }] } }\n",
};

/** Trains after the first find their checks green. */
const withChecks: AnswerStory["rest"] = ({ world, until }) =>
  until(async ({ outcome, view }) => {
    const { train } = view.state;
    if (train?.built && train.n > 1)
      await world
        .as("octo")
        .rest.repos.createCommitStatus({ ...AT, sha: train.built, state: "success", context: "ci" });
    return outcome !== "running";
  });

export const RUN_STORIES = {
  "lost (the train)": {
    tasks: ONE,
    fateOf: where("unverified", ({ slug }) => slug === "_train"),
    after: { retry: LANDED, abort: "halted / 1 cancelled, closed, closed / nothing / main train unit-1" },
  },
  "lost (the moved base branch)": {
    tasks: ONE,
    fateOf: where("nothing", ({ slug }) => slug === "_base"),
    lead: movedBase,
    after: {
      retry:
        "complete; final pull waits / 1 completed, closed, merged / src/1.txt src/_base.txt / base-2 main train unit-1",
      abort: "halted / 1 completed, closed, merged / src/1.txt / main train unit-1",
    },
  },
  "failed-units": {
    tasks: FOUR,
    fateOf: where("nothing", ({ slug }) => slug < "4"),
    after: {
      proceed:
        "decision; lost of 1; lost of 2; lost of 3 / 1 blocked, open, open / 2 blocked, open, open / 3 blocked, open, open / 4 completed, closed, merged / src/4.txt / main train unit-1 unit-2 unit-3 unit-4",
      retry:
        "complete; final pull waits / 1 completed, closed, merged / 2 completed, closed, merged / 3 completed, closed, merged / 4 completed, closed, merged / src/1.txt src/2.txt src/3.txt src/4.txt / main train unit-1 unit-2 unit-3 unit-4",
      pause:
        "decision; paused; lost of 1; lost of 2; lost of 3 / 1 blocked, open, open / 2 blocked, open, open / 3 blocked, open, open / 4 not-started, open, none / nothing / main unit-1 unit-2 unit-3",
      skip: "complete / 1 skipped, closed, closed / 2 skipped, closed, closed / 3 skipped, closed, closed / 4 skipped, closed, none / nothing / main unit-1 unit-2 unit-3",
      abort:
        "halted / 1 cancelled, closed, closed / 2 cancelled, closed, closed / 3 cancelled, closed, closed / 4 cancelled, closed, none / nothing / main unit-1 unit-2 unit-3",
    },
  },
  "spec-changed": {
    tasks: TWO,
    files: WATCHED,
    async lead({ world, rest, say }) {
      await rest();
      await world.commit({ [`${SPEC}/tasks.md`]: TWO.replace("Write b", "Write another") });
      await say("approve 1");
    },
    after: {
      proceed:
        "decision / 1 completed, closed, merged / 2 under-review, open, open / src/1.txt / main train unit-1 unit-2",
      skip: TAKEN_WITH_FIRST,
      abort: ENDED_WITH_FIRST,
      // The new plan waits for a confirm.
      replan:
        "decision / 1 completed, closed, merged / 2 not-started, open, none / src/1.txt / main train unit-1",
    },
  },
  budget: {
    tasks: THREE,
    flags: "--max-cost 1",
    fateOf: where("dear", ({ slug, role }) => slug === "2" && role === "implement"),
    after: {
      proceed:
        "complete; final pull waits / 1 completed, closed, merged / 2 completed, closed, merged / 3 completed, closed, merged / src/1.txt src/2.txt src/3.txt / main train unit-1 unit-2 unit-3",
      resume:
        "complete; final pull waits / 1 completed, closed, merged / 2 completed, closed, merged / 3 skipped, closed, none / src/1.txt src/2.txt / main train unit-1 unit-2",
      skip: "complete; final pull waits / 1 completed, closed, merged / 2 skipped, closed, closed / 3 skipped, closed, none / src/1.txt / main train unit-1 unit-2",
      abort:
        "halted / 1 completed, closed, merged / 2 cancelled, closed, closed / 3 cancelled, closed, none / src/1.txt / main train unit-1 unit-2",
    },
  },
  "budget (too little is left)": {
    tasks: THREE,
    files: paid("{ run: 5 }"),
    wantsOf: () => 1.5,
    after: {
      proceed:
        "complete; final pull waits / 1 completed, closed, merged / 2 completed, closed, merged / 3 completed, closed, merged / src/1.txt src/2.txt src/3.txt / main train unit-1 unit-2 unit-3",
      resume:
        "complete; final pull waits / 1 completed, closed, merged / 2 completed, closed, merged / 3 skipped, closed, none / src/1.txt src/2.txt / main train unit-1 unit-2",
      skip: "complete; final pull waits / 1 completed, closed, merged / 2 skipped, closed, closed / 3 skipped, closed, none / src/1.txt / main train unit-1 unit-2",
      abort:
        "halted / 1 completed, closed, merged / 2 cancelled, closed, closed / 3 cancelled, closed, none / src/1.txt / main train unit-1 unit-2",
    },
  },
  "budget (of nothing)": {
    tasks: THREE,
    flags: "--max-cost 0",
    fateOf: where("dear", ({ slug, role }) => slug === "2" && role === "implement"),
    after: {
      skip: "complete; final pull waits / 1 completed, closed, merged / 2 skipped, closed, closed / 3 skipped, closed, none / src/1.txt / main train unit-1 unit-2",
      abort:
        "halted / 1 completed, closed, merged / 2 cancelled, closed, closed / 3 cancelled, closed, none / src/1.txt / main train unit-1 unit-2",
    },
  },
  stalled: {
    tasks: TWO,
    fateOf: where("queues", ({ slug }) => slug === "2"),
    lead: twoDaysOn("2/implement/1"),
    rest: orTwoDaysMore,
    after: {
      proceed:
        "running; stalled of run / 1 completed, closed, merged / 2 in-progress, open, open / src/1.txt / main train unit-1 unit-2",
      retry: BOTH_LANDED,
      skip: "complete; final pull waits / 1 completed, closed, merged / 2 skipped, closed, closed / src/1.txt / main train unit-1 unit-2",
      abort:
        "halted / 1 completed, closed, merged / 2 cancelled, closed, closed / src/1.txt / main train unit-1 unit-2",
    },
  },
  "stalled (the moved base branch)": {
    tasks: ONE,
    fateOf: where("queues", ({ slug }) => slug === "_base"),
    async lead(told) {
      await movedBase(told);
      return twoDaysOn("_base/resolve/1")(told);
    },
    rest: orTwoDaysMore,
    after: {
      proceed: "running; stalled of run / 1 completed, closed, merged / src/1.txt / main train unit-1",
      retry:
        "complete; final pull waits / 1 completed, closed, merged / src/1.txt src/_base.txt / base-1 main train unit-1",
      skip: LANDED,
      abort: "halted / 1 completed, closed, merged / src/1.txt / main train unit-1",
    },
  },
  "stalled (waits alone)": {
    tasks: TWO,
    async lead({ world, say, rest, wait }) {
      await say("pause");
      const { view } = await rest();
      const { number } = view.byId.get("2")!.issue!;
      const labels = ["roundtable:hold"];
      await world.as("octo").rest.issues.addLabels({ ...AT, issue_number: number, labels });
      await say("resume");
      await rest();
      wait(49);
    },
    rest: orTwoDaysMore,
    after: {
      proceed:
        "decision; stalled of run / 1 completed, closed, merged / 2 not-started, open, none / src/1.txt / main train unit-1",
      skip: TAKEN_WITH_FIRST,
      abort: ENDED_WITH_FIRST,
    },
  },
  "stalled (a person)": {
    tasks: ONE,
    files: WATCHED,
    async lead({ rest, wait }) {
      await rest();
      wait(49);
    },
    rest: orTwoDaysMore,
    after: {
      proceed: "decision; stalled of run / 1 under-review, open, open / nothing / main unit-1",
      skip: "complete / 1 skipped, closed, closed / nothing / main unit-1",
      abort: "halted / 1 cancelled, closed, closed / nothing / main unit-1",
    },
  },
  "finish-red": {
    tasks: ONE,
    fateOf: where("red", ({ slug, n }) => slug === "_train" && n > 1),
    after: { retry: LANDED, abort: "halted / 1 completed, closed, merged / src/1.txt / main train unit-1" },
  },
  "base-conflict": {
    tasks: ONE,
    fateOf: where("protected", ({ slug }) => slug === "_base"),
    lead: movedBase,
    mended: { resume: mergedByHand },
    after: {
      resume: LANDED,
      retry:
        "complete; final pull waits / 1 completed, closed, merged / src/1.txt src/_base.txt / base-3 main train unit-1",
      proceed: LANDED,
      abort: "halted / 1 completed, closed, merged / src/1.txt / main train unit-1",
    },
  },
  "no-checks": {
    tasks: ONE,
    files: CHECKED,
    async lead({ until, wait }) {
      await until(({ waits }) => waits.some((one) => one.for === "checks"));
      wait(1);
    },
    rest: withChecks,
    after: {
      retry: LANDED,
      accept: LANDED,
      abort: "halted / 1 cancelled, closed, closed / nothing / main train unit-1",
    },
  },
  "integration-moved": {
    tasks: TWO,
    files: WATCHED,
    async lead(told) {
      await told.rest();
      await told.say("approve 1");
      const { view } = await told.rest();
      await moveMain(told, view.state.base.sha);
    },
    mended: {
      async retry(told) {
        const { view } = await told.step();
        await moveMain(told, view.state.integration!);
      },
    },
    after: {
      retry:
        "decision / 1 completed, closed, merged / 2 under-review, open, open / src/1.txt / main train unit-1 unit-2",
      abort:
        "halted / 1 completed, closed, merged / 2 cancelled, closed, closed / nothing / main train unit-1 unit-2",
    },
  },
  refused: {
    tasks: TWO,
    lead({ world }) {
      world.local.interceptor = ({ method, url }) =>
        method === "POST" && new URL(url).pathname.endsWith("/pulls")
          ? Response.json({ message: "Resource not accessible by integration" }, { status: 403 })
          : null;
      return Promise.resolve();
    },
    mended: {
      retry({ world }) {
        world.local.interceptor = null;
        return Promise.resolve();
      },
    },
    after: {
      retry: BOTH_LANDED,
      abort: "halted / 1 cancelled, closed, none / 2 cancelled, closed, none / nothing / main unit-1",
    },
  },
} satisfies Record<string, AnswerStory>;
