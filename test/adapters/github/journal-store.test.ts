/** The contract of `JournalStore`: one chain a run, and of two that append one wins. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/domain/config.ts";
import { TransientError } from "../../../src/domain/problem.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import type { JournalStore } from "../../../src/application/ports.ts";
import { aPlan, aState } from "../../support/run.ts";
import { AT, ME, openContractWorld, thrownBy, type ContractWorld } from "./contract-world.ts";
import { answerLost, overtaken } from "./line.ts";

let world: ContractWorld;
let journal: JournalStore;
let runs = 100;
beforeAll(async () => {
  world = await openContractWorld();
  journal = world.github.journal;
});
afterAll(() => world.close());

const plan = aPlan("- [ ] 1. One\n");
const planFile = { v: 1 as const, plan, config: parseConfig("version: 1\n").config };
const stateOf = (run: number, change: Partial<State> = {}): State => ({ ...aState(plan), run, ...change });
const entryOf = (run: number, change: Partial<State> = {}, events: readonly object[] = []) => ({
  pass: "p1",
  message: "Something `$(happened)` @octo",
  state: stateOf(run, change),
  events,
});

async function begun(by: JournalStore = journal): Promise<{ run: number; revision: string }> {
  const run = ++runs;
  const made = await by.create(run, { ...entryOf(run), planFile });
  if (made === "lost") throw new Error("somebody was faster");
  return { run, revision: made.revision };
}
const revisionOf = async (run: number): Promise<string | undefined> =>
  (await journal.openRuns()).find((open) => open.run === run)?.revision;
/** As another copy of the product reads it, which remembers nothing. */
const readAnew = (revision: string) => world.connect().journal.read(revision);
const eventsOf = async (revision: string, page: string): Promise<string> =>
  Buffer.from((await world.github.code.file(revision, `events/${page}.jsonl`))!).toString();

describe("a journal", () => {
  it("begins once, is found, and is read as it was written", async () => {
    const { run, revision } = await begun();
    expect(await revisionOf(run)).toBe(revision);
    expect(await readAnew(revision)).toEqual({ planFile, state: stateOf(run), next: null });
    expect(await journal.create(run, { ...entryOf(run), planFile })).toBe("lost");
    expect(await revisionOf(run)).toBe(revision);
    expect(await world.github.code.readCommit(revision)).toMatchObject({
      parents: [],
      message: "Something `$(happened)` @octo\n\nRoundtable-Pass: p1",
    });
  });

  it("keeps a plan that waits for a confirm beside its own, and its own once that takes over", async () => {
    const { run, revision } = await begun();
    const next = { ...planFile, plan: aPlan("- [ ] 1. Another\n") };
    const { hash } = next.plan;
    const made = { hash, sha: "b".repeat(40), at: "", changed: [], maxCost: null };
    const replan = { by: "octo", at: "", comment: 3, made };
    const waiting = await journal.append(run, revision, { ...entryOf(run, { replan }), next });
    if (waiting === "lost") throw new Error("nobody else appends");
    expect(await readAnew(waiting.revision)).toMatchObject({ planFile, next });
    const later = await journal.append(run, waiting.revision, entryOf(run, { replan, paused: true }));
    if (later === "lost") throw new Error("nobody else appends");
    expect(await journal.read(later.revision)).toMatchObject({ planFile, next });
    const over = { ...entryOf(run, { planHash: hash }), planFile: next };
    const taken = await journal.append(run, later.revision, over);
    if (taken === "lost") throw new Error("nobody else appends");
    expect(await readAnew(taken.revision)).toMatchObject({ planFile: next, next: null });
    const { files } = await world.github.code.paths(taken.revision);
    expect(files.filter((path) => path.includes("plan")).toSorted()).toEqual(
      ["plan.json", ...[plan.hash, hash].map((one) => `plans/${one.slice(0, 40)}.json`)].toSorted(),
    );
  });

  it("is no branch, and only whole numbers are runs", async () => {
    const { run } = await begun();
    for (const name of ["12x", "012", "x"])
      await world.owner.rest.git.createRef({ ...AT, ref: `refs/roundtable/${name}`, sha: world.first });
    const numbers = (await journal.openRuns()).map((open) => open.run);
    expect(numbers).toContain(run);
    expect(numbers).not.toContain(12);
    expect(await world.github.code.branches(`roundtable/${run}`)).toEqual({});
  });

  it("grows by appends, with the plan of its beginning and GitHub's time", async () => {
    const { run, revision } = await begun();
    const appended = await journal.append(run, revision, entryOf(run, { paused: true }));
    if (appended === "lost") throw new Error("nobody else appends");
    expect(await readAnew(appended.revision)).toEqual({
      planFile,
      state: stateOf(run, { paused: true }),
      next: null,
    });
    expect((await world.github.code.readCommit(appended.revision))!.parents).toEqual([revision]);
    expect(appended.at.getMilliseconds()).toBe(0);
    expect(await revisionOf(run)).toBe(appended.revision);
  });

  it("takes another plan with an append, and keeps it", async () => {
    const { run, revision } = await begun();
    const other = { ...planFile, plan: aPlan("- [ ] 1. Another\n") };
    const first = await journal.append(run, revision, { ...entryOf(run), planFile: other });
    if (first === "lost") throw new Error("nobody else appends");
    const next = await journal.append(run, first.revision, entryOf(run, { paused: true }));
    if (next === "lost") throw new Error("nobody else appends");
    for (const at of [first.revision, next.revision]) {
      expect((await readAnew(at)).planFile).toEqual(other);
      expect((await journal.read(at)).planFile).toEqual(other);
    }
    expect((await readAnew(revision)).planFile).toEqual(planFile);
  });

  it("is found by its number with its writer, open and ended", async () => {
    const { run, revision } = await begun();
    const found = { revision, writer: ME };
    expect([await journal.find(run), await journal.find(run * 10)]).toEqual([found, null]);
    await journal.archive(run, revision);
    expect(await journal.find(run)).toEqual(found);
  });

  it("is found among more than a page of runs", async () => {
    const { run } = await begun();
    for (let made = 0; made < 101; made++)
      await world.owner.rest.git.createRef({
        ...AT,
        ref: `refs/roundtable/${5000 + made}`,
        sha: world.first,
      });
    const numbers = (await journal.openRuns()).map((open) => open.run);
    expect(numbers.filter((number) => number >= 5000)).toHaveLength(101);
    expect(numbers).toContain(run);
  });

  it("is none in an empty repository", async () => {
    await world.addRepository("empty");
    const empty = world.connect({ repo: "empty" }).journal;
    expect([await empty.openRuns(), await empty.hasEnded(1), await empty.find(1)]).toEqual([[], false, null]);
  });

  it("that holds no state is said to be broken", async () => {
    expect(await thrownBy(journal.read(world.first))).toBeInstanceOf(Error);
    expect(await thrownBy(journal.read("1".repeat(40)))).toMatchObject({ status: 404 });
  });
});

describe("a journal where refs of its kind are refused", () => {
  const refs = async (): Promise<string[]> => {
    const all = ["roundtable/", "roundtable-ended/", "heads/roundtable/"].map((ref) =>
      world.owner.rest.git.listMatchingRefs({ ...AT, repo: "hooked", ref }),
    );
    return (await Promise.all(all)).flatMap(({ data }) => data.map(({ ref }) => ref));
  };

  it("stands on a branch, from its beginning to its end; never are both in use", async () => {
    await world.addRepository("hooked");
    world.refuseRefs("hooked", "refs/roundtable");
    const at = { ...AT, repo: "hooked" };
    await world.owner.rest.repos.createOrUpdateFileContents({
      ...at,
      path: "README.md",
      message: "First",
      content: "",
    });
    const hooked = world.connect({ repo: "hooked" }).journal;
    const { run, revision } = await begun(hooked);
    expect(await refs()).toEqual([`refs/heads/roundtable/${run}/journal`]);
    expect(await hooked.openRuns()).toEqual([{ run, revision }]);
    expect(await hooked.isOnBranch(run)).toBe(true);
    expect(await hooked.create(run, { ...entryOf(run), planFile })).toBe("lost");
    const other = world.connect({ repo: "hooked" }).journal;
    const appended = await other.append(run, revision, entryOf(run, { paused: true }));
    if (appended === "lost") throw new Error("nobody else appends");
    expect(await hooked.append(run, revision, entryOf(run))).toBe("lost");

    // Were they allowed now, a second kind of place would still be one too many.
    world.refuseRefs("hooked", null);
    const second = await begun(hooked);
    expect(await refs()).toEqual([run, second.run].map((one) => `refs/heads/roundtable/${one}/journal`));

    await hooked.archive(run, appended.revision);
    expect([await hooked.hasEnded(run), await hooked.hasEnded(second.run)]).toEqual([true, false]);
    expect(await other.find(run)).toEqual({ revision: appended.revision, writer: ME });
    expect((await hooked.openRuns()).map((open) => open.run)).toEqual([second.run]);

    await hooked.archive(second.run, second.revision);
    const third = await begun(hooked);
    expect(await hooked.openRuns()).toEqual([third]);
    expect(await refs()).toContain(`refs/roundtable/${third.run}`);
    world.refuseRefs("hooked", "refs/roundtable");
    expect(await thrownBy(begun(hooked)), "with a run on a ref there is no branch beside it").not.toBeNull();
  });
});

describe("events", () => {
  it("are lines, whatever they say, five hundred a page", async () => {
    const { run, revision } = await begun();
    const hostile = { what: "a\nb\u2028\u0000 \u{1F600} `$(id)`", n: 0 };
    const many = [hostile, ...Array.from({ length: 499 }, (_, n) => ({ n: n + 1 }))];
    const first = await journal.append(run, revision, entryOf(run, {}, many));
    // Another copy goes on: it knows the pages from the tree alone.
    const second = await world
      .connect()
      .journal.append(run, (first as { revision: string }).revision, entryOf(run, {}, [{ n: 500 }]));
    const head = (second as { revision: string }).revision;
    const lines = (await eventsOf(head, "0001")).trimEnd().split("\n");
    expect([lines.length, JSON.parse(lines[0]!)]).toEqual([500, hostile]);
    expect(await eventsOf(head, "0002")).toBe('{"n":500}\n');
  });
});

describe("of two that append", () => {
  it("one wins and the other has lost, and what was won stays", async () => {
    const { run, revision } = await begun();
    const other = world.connect().journal;
    const results = await Promise.all([
      journal.append(run, revision, { ...entryOf(run), pass: "a" }),
      other.append(run, revision, { ...entryOf(run), pass: "b" }),
    ]);
    expect(results.filter((result) => result === "lost")).toHaveLength(1);
    const won = results.find((result) => result !== "lost") as { revision: string };
    expect(await revisionOf(run)).toBe(won.revision);
  });

  it("the one that comes late loses, also when it has written all but the ref", async () => {
    const { run, revision } = await begun();
    let winner: string | undefined;
    const line = overtaken(/^PATCH .*\/git\/refs/, async () => {
      const won = await world.connect().journal.append(run, revision, { ...entryOf(run), pass: "b" });
      winner = (won as { revision: string }).revision;
    });
    const late = world.connect({ line }).journal;
    expect(await late.append(run, revision, entryOf(run))).toBe("lost");
    expect(await revisionOf(run)).toBe(winner);
    expect(await journal.append(run, revision, entryOf(run))).toBe("lost");
  });

  it("one begins the run", async () => {
    const run = ++runs;
    const line = overtaken(/^POST .*\/git\/refs$/, () =>
      world.connect().journal.create(run, { ...entryOf(run), pass: "b", planFile }),
    );
    expect(await world.connect({ line }).journal.create(run, { ...entryOf(run), planFile })).toBe("lost");
  });
});

describe("an answer that was lost", () => {
  it("leaves one entry, which the next look finds", async () => {
    const { run, revision } = await begun();
    const lost = world.connect({ line: answerLost(/^PATCH .*\/git\/refs/) }).journal;
    expect(await thrownBy(lost.append(run, revision, entryOf(run, { paused: true })))).toBeInstanceOf(
      TransientError,
    );
    const head = (await revisionOf(run))!;
    expect((await lost.read(head)).state.paused).toBe(true);
    expect(await lost.append(run, revision, entryOf(run))).toBe("lost");
  });

  it("leaves a run that has begun", async () => {
    const lost = world.connect({ line: answerLost(/^POST .*\/git\/refs$/) }).journal;
    expect(await thrownBy(begun(lost))).toBeInstanceOf(TransientError);
    expect(await revisionOf(runs)).toBeDefined();
  });
});

describe("an ended run", () => {
  it("is open no more, cannot be appended to, and is known by its own number only", async () => {
    const { run, revision } = await begun();
    expect(await journal.hasEnded(run)).toBe(false);
    await journal.archive(run, revision);
    await journal.archive(run, revision);
    expect([await revisionOf(run), await journal.hasEnded(run)]).toEqual([undefined, true]);
    expect(await journal.hasEnded(Number(String(run).slice(0, -1)))).toBe(false);
    expect(await journal.append(run, revision, entryOf(run))).toBe("lost");
    expect((await readAnew(revision)).state.run).toBe(run);
  });

  it("is put away whole when the first try was cut off half-way", async () => {
    const { run, revision } = await begun();
    const lost = world.connect({ line: answerLost(/^POST .*\/git\/refs$/) }).journal;
    expect(await thrownBy(lost.archive(run, revision))).toBeInstanceOf(TransientError);
    await lost.archive(run, revision);
    expect([await revisionOf(run), await journal.hasEnded(run)]).toEqual([undefined, true]);
  });

  it("keeps its journal when it cannot be put away", async () => {
    const { run, revision } = await begun();
    expect(await thrownBy(journal.archive(run, "1".repeat(40)))).not.toBeNull();
    expect(await revisionOf(run)).toBe(revision);
  });
});

describe("a run without a journal", () => {
  it("cannot be appended to", async () => {
    const { run, revision } = await begun();
    await world.owner.rest.git.deleteRef({ ...AT, ref: `roundtable/${run}` });
    expect(await journal.append(run, revision, entryOf(run))).toBe("lost");
  });
});
