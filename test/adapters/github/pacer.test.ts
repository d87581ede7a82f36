/** Nothing is sent that GitHub's limits would refuse; what waits long says for how long. */
import { describe, expect, it } from "vitest";
import { createPacer, PATIENCE_MS, type Asked, type Pacer } from "../../../src/adapters/github/pacer.ts";
import { TransientError } from "../../../src/domain/problem.ts";
import { createTestMachine, type TestClock } from "../../support/machine.ts";
import { thrownBy } from "./contract-world.ts";

const READ: Asked = { resource: "core", isWrite: false, content: 0 };
const WRITE: Asked = { ...READ, isWrite: true };
const ISSUE: Asked = { ...WRITE, content: 1 };
const QUERY: Asked = { ...READ, resource: "graphql" };

function start(): { clock: TestClock; pacer: Pacer } {
  const { clock } = createTestMachine();
  return { clock, pacer: createPacer(clock) };
}

async function send(pacer: Pacer, asked: Asked, times = 1): Promise<void> {
  for (let sent = 0; sent < times; sent++) (await pacer.turn(asked))();
}

const waitOf = async (turn: Promise<unknown>): Promise<number | null> => {
  const error = await thrownBy(turn);
  if (error !== null) expect(error).toBeInstanceOf(TransientError);
  return (error as TransientError | null)?.retryAfterMs ?? null;
};

describe("the pacer", () => {
  it.each([
    { what: "80 content writes", asked: ISSUE, most: 80 },
    { what: "900 points of REST by reads", asked: READ, most: 900 },
    { what: "900 points of REST by writes", asked: WRITE, most: 180 },
    { what: "2,000 points of GraphQL", asked: QUERY, most: 2000 },
  ])("lets $what through in a minute, whenever it begins", async ({ asked, most }) => {
    const { clock, pacer } = start();
    await send(pacer, asked, most - 1);
    clock.advance(20_000);
    await send(pacer, asked);
    expect(await waitOf(pacer.turn(asked))).toBe(40_000);
    clock.advance(40_000);
    await send(pacer, asked);
  });

  it("lets 500 content writes through in an hour, and reads beside them", async () => {
    const { clock, pacer } = start();
    for (let minute = 0; minute < 10; minute++) {
      await send(pacer, ISSUE, 50);
      clock.advance(60_000);
    }
    expect(await waitOf(pacer.turn(ISSUE))).toBe(50 * 60_000);
    await send(pacer, READ);
  });

  it("waits where the wait is short", async () => {
    const { clock, pacer } = start();
    await send(pacer, ISSUE, 80);
    clock.advance(60_000 - PATIENCE_MS);
    let isSent = false;
    const sent = send(pacer, ISSUE).then(() => (isSent = true));
    await Promise.resolve();
    expect(isSent).toBe(false);
    clock.advance(PATIENCE_MS);
    await sent;
  });

  it("counts what is under way until a minute after its answer", async () => {
    const { clock, pacer } = start();
    const over = await pacer.turn(ISSUE);
    clock.advance(10_000);
    await send(pacer, ISSUE, 79);
    clock.advance(55_000);
    expect(await waitOf(pacer.turn({ ...ISSUE, content: 80 }))).not.toBeNull();
    over();
    clock.advance(60_000);
    await send(pacer, { ...ISSUE, content: 80 });
  });

  it("has no more than twenty under way at once", async () => {
    const { pacer } = start();
    const overs = await Promise.all(Array.from({ length: 20 }, () => pacer.turn(READ)));
    let isSent = false;
    const next = pacer.turn(READ).then((over) => ((isSent = true), over));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isSent).toBe(false);
    overs[0]!();
    await next;
  });

  it("leaves a part of the hour to the other jobs of the repository", async () => {
    const { clock, pacer } = start();
    const resetAt = clock.now().getTime() + 600_000;
    pacer.heard("core", { limit: 1000, remaining: 51, resetAt });
    await send(pacer, READ);
    pacer.heard("core", { limit: 1000, remaining: 50, resetAt });
    expect(await waitOf(pacer.turn(READ))).toBe(600_000);
    await send(pacer, QUERY);
    clock.advance(600_000);
    await send(pacer, READ);
  });

  it("sends nothing while GitHub asks for patience", async () => {
    const { clock, pacer } = start();
    pacer.hold(90_000);
    expect(await waitOf(pacer.turn(QUERY))).toBe(90_000);
    clock.advance(90_000);
    await send(pacer, QUERY);
  });
});
