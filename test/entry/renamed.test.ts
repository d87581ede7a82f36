/** The App works in a repository under one name at a time: that of the last webhook or list that named it. */
import { expect, it } from "vitest";
import { createPasses } from "../../src/entry/app/passes.ts";
import { TransientError } from "../../src/domain/problem.ts";
import type { AppPlace } from "../../src/entry/compose-app.ts";
import { createTestMachine } from "../support/machine.ts";

it("a repository that was renamed is left under its old name, and looked at under its new one", async () => {
  const { clock, random } = createTestMachine();
  const opened: AppPlace[] = [];
  const open = (place: AppPlace): never => {
    opened.push(place);
    throw new TransientError({ what: "Not now", why: "this is a test", retryAfterMs: 1000 });
  };
  const passes = createPasses({
    github: { open, mayWork: () => Promise.resolve() },
    random,
    log: { info() {}, warn() {}, error() {} },
    hash: (text) => text,
    now: () => clock.now(),
  });
  passes.settle({ key: "octo/demo", id: 5, installation: 7 });
  passes.settle({ key: "octo/other", id: 6, installation: 7 });
  passes.settle({ key: "octo/renamed", id: 5, installation: 7 });
  for (const key of ["octo/demo", "octo/renamed", "octo/other"]) await passes.look(key, []);
  expect(opened.map(({ id, fullName }) => [id, fullName])).toEqual([
    [5, "octo/renamed"],
    [6, "octo/other"],
  ]);
  expect(passes.nameOf(5)).toBe("octo/renamed");
});
