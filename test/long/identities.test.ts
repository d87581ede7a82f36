/**
 * The identity table (design section 5), each row a whole run: who opens pull requests, whose reviews of which kind,
 * whether the repository's own checks run on them, and what the plan and `doctor` say is lost.
 */
import { expect, it } from "vitest";
import { hourly, install, reviewsInto, runs, until } from "../support/action-form.ts";
import { APP_KEY } from "../support/app-key.ts";
import { appStory, askByApp } from "../support/app-world.ts";
import { createTestMachine } from "../support/machine.ts";
import { addSecret, addVariable, examine } from "../support/set-up-world.ts";
import { SPEC } from "../support/shipped-run.ts";
import { AT, REPO, wholeStory, type World } from "../support/world.ts";

const TASKS = "- [ ] 1. Write a greeting\n  - _Writes: a.txt_\n";
const CONFIG = 'version: 1\nverify: ["test -e .kiro"]\n';
const OWN = ".github/workflows/own.yml";
/** The repository's own checks. */
const CHECKS = `name: own
on: { pull_request: { branches: ["roundtable/*/main"] } }
jobs: { own: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }
`;

const timeout = 600_000;
const LOST = "reviews are comments, project boards are out of reach, and there are 1,000 requests an hour";
const WAITS = "checks on its pull requests wait until a person approves them";
const BEGIN = `The repository's own workflows begin by what a run pushes: ${OWN}`;

/** What the run has left behind. */
async function picture(world: Pick<World, "local" | "as" | "comments">, run: number) {
  const { issues, pulls } = await world.local.view(REPO);
  const checks = runs(world).filter(({ path }) => path === OWN);
  const comments = await world.comments(run);
  return {
    issues: issues.filter(({ number }) => number !== run).map(({ user, state }) => `${state} ${user}`),
    pulls: pulls.map(({ base, user, mergedAt }) => `${mergedAt ? "merged" : "open"} ${base} ${user}`),
    reviews: await reviewsInto(world, `roundtable/${run}/main`),
    checks: [...new Set(checks.map(({ event, conclusion }) => `${event} ${conclusion}`))],
    end: comments.findLast((one) => one.includes("## Run ended"))?.split("\n")[0],
  };
}

const expected = (run: number, by: string) => ({
  issues: [`closed ${by}`],
  pulls: [`open main ${by}`, `merged roundtable/${run}/main ${by}`],
  end: `${by}: ## Run ended: complete`,
});

/** What `doctor` says about whose token writes. */
async function doctorSays(world: Pick<World, "local">, token?: string): Promise<string[]> {
  const { report } = await examine(world as World, token === undefined ? {} : { token });
  return report.findings
    .filter(({ code }) => code === "identity" || code === "own-workflows")
    .map(({ what, why }) => `${what}: ${why}`);
}

/** From the comment to the end, in the Action form; answers the run and its plan. */
async function runByAction(world: World, config = CONFIG): Promise<{ run: number; plan: string }> {
  await install(world, TASKS, config);
  await world.commit({ [OWN]: CHECKS, "a.txt": "a\n" });
  const run = await world.ask(`/orchestrate ${SPEC}`);
  await world.local.settled();
  const plan = (await world.comments(run))[1]!;
  await until(world, () => world.say(run, "/orchestrate confirm"));
  if (!(await world.github.journal.hasEnded(run))) await until(world, () => hourly(world));
  return { run, plan };
}

it(
  "GITHUB_TOKEN alone: checks wait, reviews are comments, no project; plan and doctor say so",
  { timeout },
  () =>
    wholeStory(async (world) => {
      const { run, plan } = await runByAction(world, `${CONFIG}project: auto\n`);
      expect(plan).toContain(WAITS);
      expect(plan).toContain(LOST);
      expect(plan).toContain("GITHUB_TOKEN reaches no projects");
      expect(plan).not.toContain(BEGIN);
      const me = "github-actions[bot]";
      expect(await picture(world, run)).toEqual({
        ...expected(run, me),
        reviews: [`COMMENTED ${me}`],
        checks: ["pull_request action_required"],
      });
      expect(await doctorSays(world)).toEqual([expect.stringContaining(`${WAITS}, ${LOST}`)]);
    }),
);

it(
  "an App's token in the pass job: checks run at once, which is said, and reviews are formal",
  { timeout },
  () => {
    const secrets: Record<string, string> = {};
    const vars: Record<string, string> = {};
    return wholeStory(
      async (world) => {
        const write = {
          actions: "write",
          contents: "write",
          issues: "write",
          pull_requests: "write",
        } as const;
        const { id } = world.local.apps.register({
          slug: "helper",
          owner: "octo",
          publicKey: APP_KEY.publicKey,
          webhook: null,
          permissions: { ...write, metadata: "read" },
          events: [],
        });
        world.local.apps.install(id, { account: "octo", repositories: [REPO] });
        vars["ROUNDTABLE_APP_ID"] = String(id);
        secrets["ROUNDTABLE_APP_KEY"] = APP_KEY.privateKey;
        await addSecret(world, "ROUNDTABLE_APP_KEY");
        await addVariable(world, "ROUNDTABLE_APP_ID", String(id));
        expect(await toldAndLeft(world)).toEqual(nothingLost("helper[bot]"));
      },
      // The job tells the time by its own clock.
      { secrets, vars, me: "helper[bot]", machine: createTestMachine(new Date().toISOString()) },
    );
  },
);

it("a machine account's token in the pass job: the same, by a person's name", { timeout }, () => {
  const secrets: Record<string, string> = {};
  return wholeStory(
    async (world) => {
      world.local.addAccount({ login: "machine", type: "User" });
      world.local.setPermission(REPO, "machine", "write");
      secrets["ROUNDTABLE_TOKEN"] = world.local.token({ login: "machine" });
      await addSecret(world, "ROUNDTABLE_TOKEN");
      expect(await toldAndLeft(world)).toEqual(nothingLost("machine"));
    },
    { secrets, me: "machine" },
  );
});

/** Two identities: one writes, the workflow's own reviews. Nothing is lost. */
const nothingLost = (by: string) => ({
  saysBegin: true,
  saysLost: false,
  left: {
    ...expected(1, by),
    reviews: ["APPROVED github-actions[bot]"],
    checks: ["pull_request success"],
  },
  doctor: [expect.stringContaining(BEGIN)],
});

async function toldAndLeft(world: World) {
  const { run, plan } = await runByAction(world);
  return {
    saysBegin: plan.includes(BEGIN),
    saysLost: /reviews are comments|wait until/i.test(plan),
    left: await picture(world, run),
    doctor: await doctorSays(world),
  };
}

it(
  "the App's server: checks run at once, reviews are comments of the one account; plan and doctor say so",
  { timeout },
  () =>
    appStory(async (world) => {
      await world.commit({ [OWN]: CHECKS, ".github/roundtable.yml": CONFIG });
      const run = await askByApp(world, "octo", TASKS);
      await world.pass();
      const plan = (await world.comments(run))[1]!;
      expect(plan).toContain("- Reviews are comments");
      expect(plan).toContain(BEGIN);
      expect(plan).not.toContain(WAITS);
      await world.say(run, "/orchestrate confirm");
      await world.until(() => world.github.journal.hasEnded(run));
      const me = "roundtable[bot]";
      expect(await picture(world, run)).toEqual({
        ...expected(run, me),
        reviews: [`COMMENTED ${me}`],
        checks: ["pull_request success"],
      });
      const { data: final } = await world.as("octo").rest.pulls.list({ ...AT, base: "main" });
      expect(final).toHaveLength(1);
      const read = { actions: "read", contents: "read", issues: "read", pull_requests: "read" } as const;
      const token = world.local.token({ login: me, permissions: { ...read, metadata: "read" } });
      expect((await doctorSays(world, token)).map((one) => one.split(":")[0])).toEqual([
        BEGIN.split(":")[0],
        "Reviews are comments",
      ]);
    }),
);
