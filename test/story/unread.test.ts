/** A story in which a person's command goes unread fails: the guard of all the others. */
import { expect, it } from "vitest";
import { story, type WorldOptions } from "../support/world.ts";

const SPEC = ".kiro/specs/x";

/** An ask that is answered, then a command, and no pass that could read it. */
const told = (said: string, { options = {}, by = "octo" }: { options?: WorldOptions; by?: string } = {}) =>
  story(async (world) => {
    await world.commit({ [`${SPEC}/tasks.md`]: "- [ ] 1. Write\n  - _writes: .github/CODEOWNERS_\n" });
    const run = await world.ask(`/orchestrate ${SPEC}`);
    await world.pass();
    await world.say(run, said, by);
  }, options);

it.each(["/orchestrate confirm", "/orchestrate no such thing"])("fails at %j", async (said) => {
  await expect(told(said)).rejects.toThrow(`unread at the end are [${JSON.stringify(said)}]`);
});

it.each(["reader", "stranger"])("fails where %s was not even turned away", async (by) => {
  await expect(told("/orchestrate confirm", { by })).rejects.toThrow(/unread/);
});

it("leaves what is no command", async () => {
  await expect(told("Looks good to me.")).resolves.toBeUndefined();
});

it("holds with what the story declares", async () => {
  const declared = told("/orchestrate confirm", { options: { unheard: ["/orchestrate confirm"] } });
  await expect(declared).resolves.toBeUndefined();
});

it("fails where what it declares unheard was read", async () => {
  const heard = told("Thanks", { options: { unheard: [`/orchestrate ${SPEC}`] } });
  await expect(heard).rejects.toThrow(/unread at the end are \[\], not/);
});

it("tells what went wrong first", async () => {
  const broken = story(async (world) => {
    await world.ask(`/orchestrate ${SPEC}`);
    throw new Error("first");
  });
  await expect(broken).rejects.toThrow("first");
});
