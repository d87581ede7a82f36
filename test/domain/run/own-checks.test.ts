/** What the repository's own checks say of a commit, and whether they could begin at all. */
import { describe, expect, it } from "vitest";
import type { CheckFact } from "../../../src/domain/run/facts.ts";
import { standingOf } from "../../../src/domain/run/own-checks.ts";

describe("checks of one commit", () => {
  const check = (state: CheckFact["state"], at: number): CheckFact => ({ name: `${state}-${at}`, state });
  it.each<[CheckFact["state"][], ReturnType<typeof standingOf>]>([
    [[], { is: "none", names: [] }],
    [["green", "green"], { is: "green", names: ["green-0", "green-1"] }],
    [["green", "pending"], { is: "pending", names: ["pending-1"] }],
    [["pending", "red", "green"], { is: "red", names: ["red-1"] }],
  ])("%j", (states, standing) => expect(standingOf(states.map(check))).toEqual(standing));
});
