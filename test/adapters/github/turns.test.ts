/** Of several copies that want the same thing at once one has it, until it gives it back or is taken for gone. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTurns, type Turns } from "../../../src/adapters/github/turns.ts";
import { createTestWorld, FULL_NAME, type TestWorld } from "../../support/local-github.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(() => world.close());

function connect(fullName = FULL_NAME): Turns {
  const { github, machine } = world;
  const fetchIt = ((url: string, init: RequestInit) => github.fetch(new Request(url, init))) as typeof fetch;
  const token = github.token({ login: "roundtable", permissions: { contents: "write" } });
  return createTurns({ token, fullName, baseUrl: github.origin(), fetch: fetchIt, clock: machine.clock });
}

describe("a turn", () => {
  it("is had by one of many that ask for it at once", async () => {
    const takes = await Promise.all(["a", "b", "c", "d"].map((by) => connect().take("x", by)));
    expect(takes.filter(Boolean)).toHaveLength(1);
  });

  it("is free again when it is given back, and others never stand in its way", async () => {
    expect(await connect().take("x", "a")).toBe(true);
    expect(await connect().take("y", "b")).toBe(true);
    await connect().release("x");
    expect(await connect().take("x", "b")).toBe(true);
    await connect().release("x");
    await connect().release("x");
  });

  it("passes after two minutes to one of those that wait for it", async () => {
    await connect().take("x", "a");
    world.machine.clock.advance(119_000);
    expect(await connect().take("x", "b")).toBe(false);
    world.machine.clock.advance(1000);
    const takes = await Promise.all(["b", "c"].map((by) => connect().take("x", by)));
    expect(takes.filter(Boolean)).toHaveLength(1);
    expect(await connect().take("x", "d")).toBe(false);
  });

  it("is no journal, no branch and no tag", async () => {
    await connect().take("comment-7", "a");
    const refs = await Promise.all(
      ["roundtable/", "heads/roundtable", "tags/"].map((ref) =>
        world.owner.rest.git.listMatchingRefs({ owner: "octo", repo: "demo", ref }),
      ),
    );
    expect(refs.flatMap(({ data }) => data)).toEqual([]);
  });

  it("is not needed in a repository without commits", async () => {
    await world.github.addRepository({ fullName: "octo/empty", defaultBranch: "main" });
    expect(await connect("octo/empty").take("x", "a")).toBe(true);
  });
});
