/** One ask, or one run, that is in trouble stands in the way of no other. */
import { expect, it } from "vitest";
import { AT, story, type World } from "../support/world.ts";

const SPECS = [".kiro/specs/x", ".kiro/specs/y"] as const;
const withSpecs = (world: World) =>
  world.commit(
    Object.fromEntries(
      SPECS.map((spec, at) => [`${spec}/tasks.md`, `- [ ] 1. Write\n  - _writes: src/${at}.js_\n`]),
    ),
  );

const LOCKED = { message: "Unable to create comment because issue is locked.", status: "403" };

it.each([
  { name: "a mistake", command: "/orchestrate paus" },
  { name: "an ask in vain", command: "/orchestrate .kiro/specs/gone" },
  { name: "an ask for a run", command: `/orchestrate ${SPECS[0]}` },
])("an answer that GitHub refuses, to $name, is logged, and the next ask is answered", ({ command }) =>
  story(async (world) => {
    await withSpecs(world);
    const locked = await world.ask(command);
    const other = await world.ask(`/orchestrate ${SPECS[1]}`);
    const warned: unknown[] = [];
    const log = { info() {}, error: () => {}, warn: (...said: unknown[]) => void warned.push(said) };
    world.local.interceptor = ({ method, url }) =>
      method === "POST" && new URL(url).pathname.endsWith(`/issues/${locked}/comments`)
        ? Response.json(LOCKED, { status: 403 })
        : null;
    const { asks } = await world.reconciler({ log }).pass();
    expect(asks.map(({ issue, accepted }) => ({ issue, accepted }))).toEqual([
      { issue: locked, accepted: false },
      { issue: other, accepted: true },
    ]);
    expect((await world.comments(other)).at(-1)).toContain("## Plan for y");
    expect(JSON.stringify(warned)).toContain("issue is locked");
    // Answered once that can be; what another copy of us has announced is left to it for two minutes.
    world.local.interceptor = null;
    world.machine.clock.advance(121_000);
    await world.pass();
    expect(await world.comments(locked)).toHaveLength(2);
  }),
);

it("a run whose journal cannot be read keeps no other from being asked for and confirmed", () =>
  story(async (world) => {
    const base = await withSpecs(world);
    const broken = await world.ask(`/orchestrate ${SPECS[0]}`);
    await world.pass();
    await world.as("octo").rest.git.updateRef({ ...AT, ref: `roundtable/${broken}`, sha: base, force: true });
    const other = await world.ask(`/orchestrate ${SPECS[1]}`);
    const pass = () => world.pass().catch((error: unknown) => String(error));
    await pass();
    expect((await world.comments(other)).at(-1)).toContain("## Plan for y");
    await world.say(other, "/orchestrate confirm");
    await pass();
    expect(await world.github.code.branch(`roundtable/${other}/main`)).not.toBeNull();
  }));
