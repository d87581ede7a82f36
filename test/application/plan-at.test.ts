/** A plan of what lies at one commit. */
import { expect, it } from "vitest";
import { planAt } from "../../src/application/plan-at.ts";
import { sha256 } from "../support/run.ts";

const SPEC = ".kiro/specs/x";
const FILES: Readonly<Record<string, string>> = {
  [`${SPEC}/tasks.md`]: "- [ ] 1. Write\n  - _writes: a.js_\n",
  ".github/roundtable.yml": "version: 1\nagents: { a: { backend: practice }, b: { backend: practice } }\n",
};

const code = {
  paths: async () => ({ files: Object.keys(FILES), special: [] }),
  file: async (_: string, path: string) => new TextEncoder().encode(FILES[path]),
  recentChanges: async () => [],
};

it("is the same in whatever order GitHub names the labels", async () => {
  const made = async (...labels: string[]) => {
    const asked = { sha: "c".repeat(40), path: SPEC, flags: {}, labels };
    return (await planAt({ github: { code }, hash: sha256 }, asked)).plan;
  };
  expect(await made("agent:b", "P1", "agent:a")).toEqual(await made("agent:a", "agent:b", "P1"));
});
