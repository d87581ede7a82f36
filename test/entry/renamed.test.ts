/** The App works in a repository under one name at a time: that of the last webhook or list that named it. */
import { expect, it } from "vitest";
import { createPasses, type Passes } from "../../src/entry/app/passes.ts";
import { TransientError } from "../../src/domain/problem.ts";
import type { AppPlace } from "../../src/entry/compose-app.ts";
import { createTestMachine } from "../support/machine.ts";

const notNow = (): never => {
  throw new TransientError({ what: "Not now", why: "this is a test", retryAfterMs: 1000 });
};

/** Passes, and where they were opened: `id name`. */
function watched(open: () => unknown): { passes: Passes; opened: string[] } {
  const { clock, random } = createTestMachine();
  const opened: string[] = [];
  const passes = createPasses({
    github: {
      open({ id, fullName }: AppPlace) {
        opened.push(`${id} ${fullName}`);
        return Promise.resolve(open() as never);
      },
      mayWork: () => Promise.resolve(),
    },
    random,
    log: { info() {}, warn() {}, error() {} },
    hash: (text) => text,
    now: () => clock.now(),
  });
  return { passes, opened };
}

const OPEN = {
  github: { board: { recentComments: notNow }, now: () => new Date(0), outage: () => null },
  turns: {},
};

it("a repository that was renamed is left under its old name, and looked at under its new one", async () => {
  const { passes, opened } = watched(notNow);
  passes.settle({ key: "octo/demo", id: 5, installation: 7 });
  passes.settle({ key: "octo/other", id: 6, installation: 7 });
  passes.settle({ key: "octo/renamed", id: 5, installation: 7 });
  for (const key of ["octo/demo", "octo/renamed", "octo/other"]) await passes.look(key, []);
  expect(opened).toEqual(["5 octo/renamed", "6 octo/other"]);
  expect(passes.nameOf(5)).toBe("octo/renamed");
});

it("another repository that has taken the old name keeps it, whichever is heard of first", async () => {
  const { passes, opened } = watched(notNow);
  passes.settle({ key: "octo/demo", id: 5, installation: 7 });
  passes.settle({ key: "octo/demo", id: 6, installation: 7 });
  passes.settle({ key: "octo/renamed", id: 5, installation: 7 });
  for (const key of ["octo/demo", "octo/renamed"]) await passes.look(key, []);
  expect(opened).toEqual(["6 octo/demo", "5 octo/renamed"]);
});

it("a repository that was deleted and made again is opened anew: the token of the old one opens nothing", async () => {
  const { passes, opened } = watched(() => OPEN);
  for (const id of [5, 5, 6]) {
    passes.settle({ key: "octo/demo", id, installation: 7 });
    await passes.look("octo/demo", []);
  }
  expect(opened).toEqual(["5 octo/demo", "6 octo/demo"]);
});
