import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Simulated worlds and whole runs take longest: begun first, none of them is left alone at the end with one worker idle. */
const LONG = ["test/sim/", "test/e2e/example", "test/e2e/", "test/story/", "test/entry/"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((part) => moduleId.includes(part));
      return at < 0 ? LONG.length : at;
    };
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's own method, not an array's
    const usual = await super.sort(files);
    return usual.toSorted((a, b) => rank(a) - rank(b));
  }
}

/** `npm run test:long`: whole runs that vary what shorter tests hold. `npm run test:agents`: the vendors' real programs. */
const apart = ["long", "agents"].find(
  (name) => process.env[`ROUNDTABLE_${name.toUpperCase()}_TESTS`] !== undefined,
);

export default defineConfig({
  test: {
    include: [apart ? `test/${apart}/**/*.test.ts` : "test/**/*.test.ts"],
    exclude: apart ? [] : ["test/long/**", "test/agents/**"],
    globalSetup: ["test/support/build.ts", "test/support/folders.ts"],
    // No test leaves anything behind in a module: loading them all for each file took a fifth of the time.
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // On two cores: whole runs wait for the processes that they start, and a third file uses that time.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
});
