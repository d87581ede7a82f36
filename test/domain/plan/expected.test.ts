/** Plans of real specs against what a person reads in them. A difference means: read the spec again, it decides. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../../../src/domain/config.ts";
import { makePlan, type PlanFlags } from "../../../src/domain/plan/make.ts";
import type { Plan } from "../../../src/domain/plan/plan.ts";
import { decodeSpec } from "../../../src/domain/spec/decode.ts";
import {
  ExpectedPlan,
  faultsOf,
  openDifferences,
  reopened,
  taskDifferences,
  unitDifferences,
} from "../../support/expected-plan.ts";
import { sha256 } from "../../support/run.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/expected");
const CORPUS = process.env["ROUNDTABLE_CORPUS"];
const names = readdirSync(FIXTURES).map((file) => file.replace(/\.yml$/, ""));
const expectedOf = (name: string): ExpectedPlan =>
  ExpectedPlan.parse(parse(readFileSync(join(FIXTURES, `${name}.yml`), "utf8")));

function textOf(name: string, file: string): string | null {
  const path = join(CORPUS!, name, file);
  if (!existsSync(path)) return null;
  const decoded = decodeSpec(readFileSync(path));
  if (!("text" in decoded)) throw new Error(`${path}: ${decoded.diagnostic.what}`);
  return decoded.text;
}

const planOf = (name: string, { tasksText, flags }: { tasksText: string; flags: PlanFlags }): Plan =>
  makePlan({
    spec: {
      name: "x",
      path: ".kiro/specs/x",
      sha: null,
      tasksText,
      requirementsText: textOf(name, "requirements.md") ?? textOf(name, "bugfix.md"),
      designText: textOf(name, "design.md"),
    },
    config: parseConfig("version: 1\n").config,
    flags,
    files: [],
    hash: sha256,
  });

describe("the expected plans", () => {
  it.each(names)("%s names what it says", (name) => {
    const expected = expectedOf(name);
    expect(expected.spec).toBe(name);
    expect(faultsOf(expected)).toEqual([]);
  });
});

describe.runIf(CORPUS !== undefined)("plans of real specs", () => {
  it("the folder that ROUNDTABLE_CORPUS names is there", () => expect(existsSync(CORPUS!)).toBe(true));

  it.each(names)("%s", (name) => {
    const expected = expectedOf(name);
    const text = textOf(name, "tasks.md")!;
    const asItStands = planOf(name, { tasksText: text, flags: {} });
    // Throughput adds no order of its own.
    const whole = planOf(name, {
      tasksText: reopened(text, expected),
      flags: { profile: "throughput", includeOptional: true },
    });
    const differences = [
      ...taskDifferences(expected, asItStands),
      ...openDifferences(expected, asItStands),
      ...unitDifferences(expected, whole),
    ];
    expect(differences.join("\n")).toBe("");
  });
});
