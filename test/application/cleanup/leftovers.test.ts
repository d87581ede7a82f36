/** Which runs' leftovers go, and which stay. */
import { describe, expect, it } from "vitest";
import { leftoversOf, remove, type Cleaning } from "../../../src/application/cleanup/leftovers.ts";
import type { LeftoverStore } from "../../../src/application/cleanup/ports.ts";
import { UserError } from "../../../src/domain/problem.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { anAttempt, aPlan, aState } from "../../support/run.ts";

const NOW = new Date("2026-03-01T00:00:00.000Z");
const ended = (at: string): State["ended"] => ({ at, outcome: "complete", reason: "done" });
const LONG_AGO = ended("2026-01-01T00:00:00.000Z");
const state = aState(aPlan("- [ ] 1. One\n"), {
  ended: LONG_AGO,
  attempts: { "1/implement/1": anAttempt(), "_train/verify/1": anAttempt() },
});

const never = (): never => {
  throw new Error("not asked for");
};

/** Run 12 has ended long ago, unless it is said otherwise. */
function cleaning(
  change: Partial<LeftoverStore> = {},
  { open = [] as number[], journal = () => state } = {},
) {
  const store: LeftoverStore = {
    endedRuns: () => Promise.resolve([{ run: 12, revision: "r" }]),
    openPulls: () => Promise.resolve([]),
    artifacts: () => Promise.resolve([]),
    removeArtifact: never,
    removeBranch: never,
    removeJournal: never,
    ...change,
  };
  const runs = open.map((run) => ({ run, revision: "r" }));
  const given = {
    journal: { openRuns: async () => runs, read: async () => ({ state: journal() }) },
    code: { branches: async (prefix: string) => ({ [`${prefix}main`]: "m", [`${prefix}unit-1`]: "u" }) },
    now: () => NOW,
  };
  return { store, github: given as unknown as Cleaning["github"] };
}

describe("an ended run", () => {
  it("leaves its branches, and of the artifacts exactly those of its attempts", async () => {
    const names = [
      "roundtable-12-1-implement-1-brief",
      "roundtable-12-1-implement-1-result",
      "roundtable-12-1-implement-2-result",
      "roundtable-12-_train-verify-1-result",
      "roundtable-12-coverage",
      "roundtable-1-1-implement-1-brief",
    ];
    const artifacts = () => Promise.resolve(names.map((name, id) => ({ id, name })));
    const { leftovers, kept } = await leftoversOf(cleaning({ artifacts }), 30);
    expect(kept).toEqual([]);
    expect(leftovers).toMatchObject([
      { run: 12, ended: LONG_AGO, branches: ["roundtable/12/main", "roundtable/12/unit-1"] },
    ]);
    expect(leftovers[0]!.artifacts.map(({ id }) => id)).toEqual([0, 1, 3]);
  });

  const unread = (): never => {
    throw new UserError({ what: "The journal", why: "is of version 2", fix: "Update." });
  };
  const pull = (head: string | null, base: string): Partial<LeftoverStore> => ({
    openPulls: () => Promise.resolve([{ number: 30, head, base }]),
  });
  const at = (time: string) => ({ journal: () => ({ ...state, ended: ended(time) }) });

  it.each([
    { what: "whose journal is also open", given: cleaning({}, { open: [12] }), because: "it is under way" },
    {
      what: "that tells no end",
      given: cleaning({}, { journal: () => ({ ...state, ended: null }) }),
      because: "its journal tells no end",
    },
    {
      what: "that cannot be read",
      given: cleaning({}, { journal: unread }),
      because: "The journal: is of version 2",
    },
    {
      what: "whose pull request waits",
      given: cleaning(pull("roundtable/12/main", "main")),
      because: "pull request #30 is open",
    },
    {
      what: "into which one waits, also a fork's",
      given: cleaning(pull(null, "roundtable/12/main")),
      because: "pull request #30 is open",
    },
    {
      what: "of thirty days ago to the second",
      given: cleaning({}, at("2026-01-30T00:00:00.000Z")),
      because: "it ended on 2026-01-30",
    },
  ])("$what is kept", async ({ given, because }) => {
    expect(await leftoversOf(given, 30)).toEqual({ leftovers: [], kept: [{ run: 12, because }] });
  });

  it.each([
    { what: "another run's pull request waits", given: cleaning(pull("roundtable/120/main", "main")) },
    { what: "it is a second older", given: cleaning({}, at("2026-01-29T23:59:59.000Z")) },
  ])("goes where $what", async ({ given }) => {
    const { leftovers } = await leftoversOf(given, 30);
    expect(leftovers.map(({ run }) => run)).toEqual([12]);
  });

  it("loses its journal last, so that what is left is found again", async () => {
    const gone: string[] = [];
    const note = (what: string) => async (which: string | number) => void gone.push(`${what} ${which}`);
    const { store } = cleaning({
      removeArtifact: note("artifact"),
      removeBranch: note("branch"),
      removeJournal: note("journal"),
    });
    const artifacts = [{ id: 5, name: "a" }];
    await remove(store, { run: 12, ended: LONG_AGO!, branches: ["b"], artifacts });
    expect(gone).toEqual(["artifact 5", "branch b", "journal 12"]);
  });
});
