/** A journal that is put in order: jobs that no record is left of end, and one that moved meanwhile is left as it is. */
import { beforeEach, expect, it } from "vitest";
import type { Repairing } from "../../src/application/repair/find.ts";
import { mend, type Diagnosis } from "../../src/application/repair/repair.ts";
import { UserError } from "../../src/domain/problem.ts";
import { aSnapshot } from "../support/run.ts";

const by = { login: "octo", now: new Date("2026-01-01T00:00:00.000Z") };
const { planFile, state } = aSnapshot("- [ ] 1. First\n");
const found = { run: 12, head: "1", ground: null, isEnded: false, damage: "it is not JSON", lost: [] };
const diagnosis = { ...found, planFile, state, orphans: [7, 8] } as unknown as Diagnosis;

let underWay: number[];
let journal: string;
beforeEach(() => {
  underWay = [6, 7, 8];
  journal = "1";
});

const repairing = {
  history: {
    put: async (_run: number, { onto }: { onto: string }) => {
      if (onto !== journal) return "lost";
      journal = "mended";
      return { revision: journal };
    },
  },
  githubAs: () => ({
    workflows: { cancel: async (id: number) => void (underWay = underWay.filter((one) => one !== id)) },
  }),
} as unknown as Repairing;

it("what was dispatched and is known to no record is cancelled", async () => {
  expect(await mend(repairing, diagnosis, by)).toBe("server");
  expect({ underWay, journal }).toEqual({ underWay: [6], journal: "mended" });
});

it("a journal that moved on meanwhile stays, and that is said", async () => {
  journal = "moved";
  await expect(mend(repairing, diagnosis, by)).rejects.toThrow(UserError);
  expect(journal).toBe("moved");
});
