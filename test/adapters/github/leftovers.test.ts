/** The contract of `LeftoverStore`: what runs have left, and that it goes and nothing beside it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AGENT_WORKFLOW } from "../../../src/domain/run/names.ts";
import { addWorkflow, AT, commitOn, openContractWorld, type ContractWorld } from "./contract-world.ts";

let world: ContractWorld;
let store: ContractWorld["leftovers"];
beforeAll(async () => {
  world = await openContractWorld();
  store = world.leftovers;
});
afterAll(() => world.close());

const addRef = (ref: string): Promise<unknown> =>
  world.owner.rest.git.createRef({ ...AT, ref, sha: world.first });

describe("leftovers", () => {
  it("are journals of ended runs, which go one at a time", async () => {
    for (const name of [
      "roundtable-ended/1",
      "roundtable-ended/12",
      "roundtable-ended/x",
      "roundtable/2",
      "heads/roundtable/13/journal-ended",
      "heads/roundtable/14/journal",
    ])
      await addRef(`refs/${name}`);
    const ended = async () => (await store.endedRuns()).map(({ run }) => run).toSorted((a, b) => a - b);
    expect(await ended()).toEqual([1, 12, 13]);
    expect((await store.endedRuns())[0]!.revision).toBe(world.first);
    for (const run of [1, 1, 13]) await store.removeJournal(run);
    expect(await ended()).toEqual([12]);
    expect((await world.github.journal.openRuns()).map(({ run }) => run)).toEqual([2]);
  });

  it("are branches; one that is gone is no error", async () => {
    await store.removeBranch("roundtable/14/journal");
    for (const name of ["roundtable/1/main", "roundtable/1/main2"]) await addRef(`refs/heads/${name}`);
    await store.removeBranch("roundtable/1/main");
    await store.removeBranch("roundtable/1/main");
    expect(Object.keys(await world.github.code.branches("roundtable/"))).toEqual(["roundtable/1/main2"]);
  });

  it("are kept by open pull requests, of whomever", async () => {
    await commitOn(world, { files: { "a.txt": "x\n" }, branch: "mine" });
    await commitOn(world, { files: { "b.txt": "x\n" }, branch: "theirs" });
    const by = (who: "app" | "owner", head: string) =>
      world[who].rest.pulls.create({ ...AT, title: "P", head, base: "main" });
    const [mine, theirs] = [(await by("app", "mine")).data.number, (await by("owner", "theirs")).data.number];
    const open = async () => (await store.openPulls()).toSorted((a, b) => a.number - b.number);
    expect(await open()).toEqual([
      { number: mine, head: "mine", base: "main" },
      { number: theirs, head: "theirs", base: "main" },
    ]);
    await world.owner.rest.pulls.update({ ...AT, pull_number: theirs, state: "closed" });
    expect(await open()).toHaveLength(1);
  });

  it("are artifacts of any workflow", async () => {
    const steps = ["one", "two"].map(
      (name) =>
        `      - { uses: actions/upload-artifact@v6, with: { name: ${name}, path: file, overwrite: true } }\n`,
    );
    const text = `on: workflow_dispatch\njobs:\n  work:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo x > file\n${steps.join("")}`;
    await addWorkflow(world, AGENT_WORKFLOW, text);
    await world.github.workflows.dispatch(AGENT_WORKFLOW, {});
    await world.settled();
    const names = async () => (await store.artifacts()).map(({ name }) => name).toSorted();
    expect(await names()).toEqual(["one", "two"]);
    const { id } = (await store.artifacts()).find(({ name }) => name === "one")!;
    await store.removeArtifact(id);
    await store.removeArtifact(id);
    expect(await names()).toEqual(["two"]);
  });
});
