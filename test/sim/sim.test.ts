/** Simulated worlds: what differs in them from `local`, that a seed says all, and that none of them breaks a promise. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/local-run.ts";
import { ADAPTERS } from "./adapters.ts";
import { adapterTable, faultTable, promiseTable } from "./page.ts";
import { play } from "./play.ts";
import { FAILED_ONCE, worldOf } from "./seeds.ts";

const WORLDS = 100;
const OUTPUT = { maxBuffer: 64e6 };

describe("a simulated world", () => {
  it("differs from `local` in these adapters", () => {
    expect(ADAPTERS.map(({ port, sim }) => `${port}: ${sim}`)).toMatchSnapshot();
  });

  it("is described as it is in docs/simulator.md", () => {
    const page = readFileSync(join(ROOT, "docs/simulator.md"), "utf8");
    for (const table of [adapterTable(), faultTable(), promiseTable()]) expect(page).toContain(table);
  });

  it("is the same for the same seed", async () => {
    const seed = 3;
    const [one, other] = [await play(worldOf(seed)), await play(worldOf(seed))];
    expect(other.world.trace.lines()).toEqual(one.world.trace.lines());
  });

  it.each(FAILED_ONCE.filter(({ seed }) => seed > WORLDS))(
    "holds what it promises now at seed $seed: $because",
    async ({ seed }) => {
      const { violations } = await play(worldOf(seed));
      expect(violations, `npm run sim -- --seed ${seed} --trace`).toEqual([]);
    },
  );
});

it("what a world once broke by is held by a test of its own", () => {
  expect(FAILED_ONCE.filter(({ heldBy }) => !existsSync(join(ROOT, heldBy)))).toEqual([]);
});

it("a hundred small worlds hold what they promise, every promise is looked at, and every kind of fault happens", async ({
  signal,
}) => {
  const main = join(ROOT, "test/sim/main.ts");
  // It fails where a world does, and where a kind of fault or a promise had no part in any of them.
  const search = promisify(execFile)(process.execPath, [main, "--seeds", String(WORLDS)], {
    ...OUTPUT,
    signal,
  });
  const { stdout, stderr } = await search.catch((error: { stdout: string; stderr: string }) => error);
  const lines = stdout.trimEnd().split("\n");
  // What went wrong is told under its world, further in.
  expect(lines.filter((line) => /^ {2}|^never happened/.test(line)).join("\n"), stderr).toBe("");
  expect(lines.at(-1)).toBe(`${WORLDS} passed, 0 failed`);
}, 1_800_000);
