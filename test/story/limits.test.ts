/** A board of 200 units is made as fast as GitHub's limits allow, and no limit is met. */
import { describe, expect, it } from "vitest";
import { createGithub } from "../../src/adapters/github/github.ts";
import { scriptedJobs } from "../support/scripted-jobs.ts";
import { SPEC } from "../support/shipped-run.ts";
import { APP, APP_PERMISSIONS, REPO, story } from "../support/world.ts";

const UNITS = 200;
const MINUTE_MS = 60_000;
const ANSWER_MS = 100;
const CONTENT =
  /^\/repos\/[^/]+\/[^/]+\/(issues|issues\/\d+\/comments|pulls|pulls\/\d+\/(comments|reviews))$/;

/** GitHub's secondary limits, and that each answer takes a while. */
function limited(clock: { now(): Date; advance(ms: number): void }) {
  const made: number[] = [];
  const points: { at: number; cost: number }[] = [];
  const met: string[] = [];
  const within = (ms: number): number => made.filter((at) => at > clock.now().getTime() - ms).length;
  const refuse = (message: string): Response => {
    met.push(message);
    return Response.json({ message }, { status: 403 });
  };
  const send: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    clock.advance(ANSWER_MS);
    const at = clock.now().getTime();
    if (!pathname.endsWith("/graphql")) {
      points.push({ at, cost: request.method === "GET" ? 1 : 5 });
      const spent = points.filter((one) => one.at > at - MINUTE_MS).reduce((sum, { cost }) => sum + cost, 0);
      if (spent > 900) return refuse("You have exceeded a secondary rate limit.");
    }
    if (request.method === "POST" && CONTENT.test(pathname)) {
      if (within(MINUTE_MS) >= 80 || within(60 * MINUTE_MS) >= 500)
        return refuse(
          "You have exceeded a secondary rate limit and have been temporarily blocked from content creation.",
        );
      made.push(at);
    }
    return fetch(request);
  };
  return { send, met, made };
}

/** Until the last of so many is made where nothing but them is sent: an issue and its link, again and again as soon as the minute allows. */
function fastest(count: number): number {
  const times: number[] = [];
  for (let one = 0; one < count; one++)
    times.push(Math.max((times.at(-1) ?? 0) + 2 * ANSWER_MS, (times[one - 80] ?? -Infinity) + MINUTE_MS));
  return times.at(-1)!;
}

describe("a large run", () => {
  it("keeps within the limits, and keeps their pace", { timeout: 300_000 }, () =>
    story(async (world) => {
      const { clock } = world.machine;
      const line = limited(clock);
      const github = createGithub({
        token: world.local.token({ login: APP, permissions: APP_PERMISSIONS }),
        reviewerToken: null,
        fullName: REPO,
        baseUrl: world.local.origin(),
        fetch: line.send,
        // Who waits for a turn lets the time pass.
        clock: { now: () => clock.now(), sleep: async (ms) => clock.advance(ms) },
        me: APP,
        reviewer: APP,
      });
      const { workflows } = scriptedJobs(github, () => "hangs");
      const reconciler = world.reconciler({ github: { ...github, workflows } });
      const tasks = Array.from({ length: UNITS }, (_, at) => `- [ ] ${at + 1}. Write part ${at + 1}\n`);
      await world.commit({ [`${SPEC}/tasks.md`]: tasks.join("\n") });
      const run = await world.ask(`/orchestrate ${SPEC}`);
      await reconciler.pass();
      await world.say(run, "/orchestrate confirm");

      const began = clock.now().getTime();
      const before = line.made.length;
      for (let isOver = false; !isOver;) {
        const { runs, lookAgainAt } = await reconciler.pass();
        const { issues } = await world.local.view(REPO);
        isOver = issues.length > UNITS;
        const next = lookAgainAt ?? (runs[0]?.isHeldBack === true ? runs[0].lookAgainAt : null);
        if (!isOver) clock.advance(Math.max(1000, (next?.getTime() ?? 0) - clock.now().getTime()));
      }
      expect(line.met).toEqual([]);
      const made = line.made.slice(before);
      expect(made.length).toBeGreaterThan(UNITS);
      expect(fastest(made.length) / (made.at(-1)! - began)).toBeGreaterThanOrEqual(0.95);
    }),
  );
});
