/** A candidate holds the very commits that were accepted, wherever their branches stand by now. */
import { expect, it } from "vitest";
import { buildTrain } from "../../src/application/build-train.ts";
import type { EffectOf } from "../../src/domain/run/effect.ts";
import type { Github } from "../../src/application/ports.ts";

const effect: EffectOf<"build-train"> = {
  id: "train:1",
  kind: "build-train",
  n: 1,
  branch: "roundtable/12/train",
  sha: "on",
  members: [
    { unit: "1", sha: "one", message: "Merge 1" },
    { unit: "2", sha: "two", message: "Merge 2" },
  ],
  reverts: null,
  finish: null,
};

/** Branches, as what they hold. */
function repository(conflicting?: string) {
  const branches: Record<string, string> = {
    "roundtable/12/train": "left over",
    "roundtable/12/unit-1": "one+pushed",
    "roundtable/12/unit-2": "two+pushed",
  };
  const code = {
    resetBranch: async (name: string, sha: string) => void (branches[name] = sha),
    merge: async ({ base, head }: Record<"base" | "head", string>) => {
      if (head === conflicting) return "conflict";
      const sha = `${branches[base]}+${branches[head] ?? head}`;
      branches[base] = sha;
      return { sha };
    },
  };
  return { branches, code: code as unknown as Github["code"] };
}

it("and nothing that was left of a train before", async () => {
  const { branches, code } = repository();
  const built = await buildTrain(code, { effect, known: [] });
  expect(built).toMatchObject({ kind: "train-built", n: 1, sha: "on+one+two" });
  expect(branches["roundtable/12/train"]).toBe("on+one+two");
});

it("or says which of them does not go with those before it", async () => {
  const built = await buildTrain(repository("two").code, { effect, known: [] });
  expect(built).toEqual({ kind: "train-conflict", n: 1, unit: "2" });
});
