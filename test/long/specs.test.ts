/** Specs of different shapes, run the whole way with the practice agent. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";
import { ROOT } from "../support/local-run.ts";
import { runsToTheEnd } from "../support/spec-run.ts";

const FIXTURES = join(ROOT, "test/fixtures/specs");

describe("specs of our own", () => {
  it.each(readdirSync(FIXTURES))("%s", (name) => runsToTheEnd(join(FIXTURES, name), name), 180_000);
});
