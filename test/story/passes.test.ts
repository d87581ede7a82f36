/** The order of a writing pass: racing passes, lost effects, taking over. Design section 3. */
import { describe, expect, it } from "vitest";
import { agentWorkflow } from "../support/agent-workflow.ts";
import { story, type World } from "../support/world.ts";

const SPEC = ".kiro/specs/x";
const TASKS =
  "- [ ] 1. Write the parser\n  - _writes: src/parser.js_\n- [ ] 2. Write the printer\n  - _Depends: 1_\n  - _writes: src/printer.js_\n";
/** A confirmed run whose agent jobs do what the command does. */
async function confirmed(world: World, command: string, by = world.reconciler()): Promise<number> {
  await world.commit({
    [`${SPEC}/tasks.md`]: TASKS,
    ".github/workflows/roundtable-agent.yml": agentWorkflow(command),
  });
  const run = await world.ask(`/orchestrate ${SPEC}`);
  await by.pass();
  await world.say(run, "/orchestrate confirm");
  return run;
}

const runNames = (world: World): string[] =>
  world.local.actions!.runs("octo/demo").map((run) => run.displayTitle);

async function stateOf(world: World, run: number) {
  const open = (await world.github.journal.openRuns()).find((one) => one.run === run)!;
  return (await world.github.journal.read(open.revision)).state;
}

describe("two passes at once", () => {
  it("never make anything twice", () =>
    story(async (world) => {
      const run = await confirmed(world, "sleep 60");
      const passes = Array.from({ length: 4 }, () => world.reconciler().pass());
      await Promise.all(passes);
      await world.reconciler().pass();
      const { issues, pulls } = await world.github.board.board(`roundtable/${run}/main`);
      expect(issues.map((issue) => issue.title)).toEqual(
        expect.arrayContaining(["1. Write the parser", "2. Write the printer"]),
      );
      expect(issues).toHaveLength(2);
      expect(pulls).toHaveLength(1);
      expect(runNames(world)).toEqual([`roundtable ${run} 1 implement 1`]);
      const comments = await world.comments(run);
      expect(comments.filter((comment) => comment.includes("## Roundtable: x"))).toHaveLength(1);
    }));
});

describe("a dispatch that came to nothing", () => {
  const failing = (request: Request): Response | null =>
    request.method === "POST" && request.url.endsWith("/dispatches")
      ? new Response("{}", { status: 502 })
      : null;

  it("is left alone for two minutes, then made again under a new nonce", () =>
    story(async (world) => {
      const run = await confirmed(world, "sleep 60");
      world.local.interceptor = failing;
      await world.pass();
      world.local.interceptor = null;
      const before = (await stateOf(world, run)).attempts["1/implement/1"]!;
      await world.pass();
      expect(runNames(world)).toEqual([]);
      world.machine.clock.advance(121_000);
      await world.pass();
      const after = (await stateOf(world, run)).attempts["1/implement/1"]!;
      expect(runNames(world)).toEqual([`roundtable ${run} 1 implement 1`]);
      expect(after.nonce).not.toBe(before.nonce);
      // GitHub never took the first one.
      expect(after.lost).toBe(0);
    }));

  it("is made again at once by a pass that knows no other is alive", () =>
    story(async (world) => {
      const run = await confirmed(world, "sleep 60");
      world.local.interceptor = failing;
      await world.pass();
      world.local.interceptor = null;
      await world.reconciler({ takeOver: true }).pass();
      expect(runNames(world)).toEqual([`roundtable ${run} 1 implement 1`]);
    }));

  it("and at its first look only: what it announced itself it leaves alone for two minutes", () =>
    story(async (world) => {
      await confirmed(world, "sleep 60");
      const alone = world.reconciler({ takeOver: true });
      world.local.interceptor = failing;
      await alone.pass();
      world.local.interceptor = null;
      await alone.pass();
      expect(runNames(world)).toEqual([]);
    }));
});

describe("a pass whose writes take long", () => {
  it("begins none of them later than 90 seconds after it was announced, and comes to all of them", () =>
    story(async (world) => {
      const ids = [1, 2, 3, 4, 5, 6];
      await world.commit({
        [`${SPEC}/tasks.md`]: ids.map((id) => `- [ ] ${id}. Part ${id}\n  - _writes: ${id}.js_\n`).join(""),
        ".github/workflows/roundtable-agent.yml": agentWorkflow("sleep 60"),
      });
      const run = await world.ask(`/orchestrate ${SPEC}`);
      await world.pass();
      await world.say(run, "/orchestrate confirm");
      const { clock } = world.machine;
      let [announced, longest] = [Infinity, 0];
      world.local.interceptor = ({ method, url }) => {
        const now = clock.now().getTime();
        if (method === "PATCH" && url.includes("/git/refs/roundtable")) announced = now;
        if (method === "POST" && /\/(?:issues|pulls|dispatches)$/.test(url)) {
          longest = Math.max(longest, now - announced);
          clock.advance(25_000);
        }
        return null;
      };
      await world.pass();
      world.local.interceptor = null;
      expect(longest).toBeGreaterThan(0);
      expect(longest).toBeLessThanOrEqual(90_000);
      const { issues } = await world.github.board.board(`roundtable/${run}/main`);
      expect(issues.map(({ title }) => title).toSorted()).toEqual(ids.map((id) => `${id}. Part ${id}`));
    }));
});

describe("effects that another pass has announced", () => {
  // It dies between the append and the first effect: the integration branch is announced, not made.
  const noLabels = (request: Request): Response | null =>
    request.method === "POST" && new URL(request.url).pathname.endsWith("/labels")
      ? new Response("{}", { status: 502 })
      : null;

  it("are left to it for two minutes, then made", () =>
    story(async (world) => {
      const run = await confirmed(world, "sleep 60");
      world.local.interceptor = noLabels;
      expect((await world.reconciler().pass()).runs).toMatchObject([{ isHeldBack: true }]);
      world.local.interceptor = null;
      const other = world.reconciler();
      await other.pass();
      expect(await world.github.code.branch(`roundtable/${run}/main`)).toBeNull();
      world.machine.clock.advance(121_000);
      await other.pass();
      expect(await world.github.code.branch(`roundtable/${run}/main`)).not.toBeNull();
    }));

  it("are made at once by the next pass of the Action: two are never at work", () =>
    story(async (world) => {
      const form = { form: "action" } as const;
      const run = await confirmed(world, "sleep 60", world.reconciler(form));
      world.local.interceptor = noLabels;
      await world.reconciler(form).pass();
      world.local.interceptor = null;
      await world.reconciler(form).pass();
      expect(await world.github.code.branch(`roundtable/${run}/main`)).not.toBeNull();
    }));
});

describe("runs that hand nothing over", () => {
  it("are tried three times, then a person is asked; the answer tries again", () =>
    story(async (world) => {
      const run = await confirmed(world, "exit 0");
      for (let look = 0; look < 5; look++) {
        await world.pass();
        await world.local.settled();
      }
      const { runs } = await world.pass();
      expect(runs[0]).toMatchObject({ outcome: "decision" });
      expect(runNames(world)).toHaveLength(3);
      await world.say(run, "/orchestrate decide d1 1");
      await world.pass();
      await world.local.settled();
      expect(runNames(world).length).toBeGreaterThan(3);
    }));
});

describe("the other form", () => {
  it("keeps its hands off a run that this one drives", () =>
    story(
      async (world) => {
        const run = await confirmed(world, "sleep 60");
        const { runs } = await world.reconciler({ form: "action" }).pass();
        expect(runs).toEqual([]);
        expect(await world.github.code.branch(`roundtable/${run}/main`)).toBeNull();
      },
      { unheard: ["/orchestrate confirm"] },
    ));
});
