/** `brief` for every role, and every unit that has none. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/domain/problem.ts";
import { brief, BRIEF_ROLES, type BriefOptions } from "../../src/entry/commands/brief.ts";
import { EXAMPLE, EXAMPLE_SPEC } from "../support/local-run.ts";
import { aScreen, repositoryOf } from "../support/screen.ts";

const TASKS = `- [x] 1. Begin
- [ ] 2. Sign tokens
  - [x] 2.1 Choose a key
  - [ ] 2.2 Sign
    - _Requirements: 1.1_
    - _writes: src/sign.ts_
- [ ] 3. Checkpoint - all tests pass
- [ ] 10. Write CI
  - _writes: .github/workflows/ci.yml_
- [ ]* 11. Polish
  - _writes: src/polish.ts_
`;
const FILES = {
  ".kiro/specs/x/tasks.md": TASKS,
  ".kiro/specs/x/requirements.md":
    "### Requirement 1: Keys\n\n#### Acceptance Criteria\n\n1. WHEN signed THE SYSTEM SHALL name the key\n",
  ".kiro/specs/x/design.md": "## Overview\n\nOne key a day.\n",
  "docs/CODE-REVIEW.md": "Names say what things are.\n",
  ".github/roundtable.yml":
    "version: 1\nverify: [node --test]\nbriefs: { rules: [Texts go through i18n.] }\nreviewers: { standard: [security, tests], security-sensitive: [security, tests] }\n",
};
const SPEC = ".kiro/specs/x";
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function repository(files: Readonly<Record<string, string>> = FILES): string {
  const folder = mkdtempSync(join(tmpdir(), "roundtable-brief-"));
  folders.push(folder);
  return repositoryOf(folder, files);
}

async function told(unit: string, options: Partial<BriefOptions> = {}) {
  const screen = aScreen(repository());
  await brief({ spec: SPEC, unit }, { role: "implement", ...options }, screen);
  return { text: screen.out.join("\n"), err: screen.err };
}

async function refusal(
  unit: string,
  options: Partial<BriefOptions> = {},
  files: Readonly<Record<string, string>> = FILES,
): Promise<string> {
  const screen = aScreen(repository(files));
  const failed = await brief({ spec: SPEC, unit }, { role: "implement", ...options }, screen).catch(
    (error: unknown) => error,
  );
  expect(failed).toBeInstanceOf(UserError);
  expect({ out: screen.out, err: screen.err }).toEqual({ out: [], err: [] });
  return (failed as UserError).message;
}

it("prints what the agent reads, and beside it how many words of it are ours", async () => {
  const { text, err } = await told("2");
  for (const part of [
    "# implement, attempt 1: unit 2 of x",
    "[ ] 2. Sign tokens\n[x] 2.1. Choose a key\n[ ] 2.2. Sign",
    "1.1: WHEN signed THE SYSTEM SHALL name the key",
    "One key a day.",
    "src/sign.ts",
    "node --test",
    "- Texts go through i18n.",
  ])
    expect(text).toContain(part);
  expect(text).not.toContain("Names say what things are.");
  expect(err.at(0)).toContain("Read from the working tree");
  expect(err.at(-1)).toMatch(/^Words of ours: \d{3} of at most 500\./);
});

it.each(BRIEF_ROLES)("has one for %s", async (role) => {
  const subject = role === "plan" ? "the whole of x" : "unit 2 of x";
  expect((await told("2", { role })).text).toContain(`# ${role}, attempt 1: ${subject}`);
});

it("tells a reviewer its own part, and what the repository asks of a review", async () => {
  expect((await told("2", { role: "review" })).text).toContain("You are the security reviewer.");
  const { text } = await told("2", { role: "review", reviewer: "tests" });
  expect(text).toContain("You are the tests reviewer.");
  expect(text).toContain("Names say what things are.");
});

it("finds an optional unit where those are taken too", async () => {
  expect((await told("11", { includeOptional: true })).text).toContain("11. Polish");
});

it("reads a sub-folder as a repository of its own", async () => {
  const screen = aScreen(EXAMPLE);
  await brief({ spec: EXAMPLE_SPEC, unit: "1" }, { role: "implement", from: EXAMPLE }, screen);
  expect(screen.out.join("\n")).toContain("unit 1 of readable-durations");
});

describe("is refused with a sentence", () => {
  it.each<[string, string, Partial<BriefOptions>, string]>([
    ["an unknown unit", "20", {}, "Did you mean 2? Units: 2."],
    ["a sub-task", "2.2", {}, "it is a part of unit 2, and one agent does a whole unit. Name 2."],
    ["a sub-task that is done", "2.1", {}, "it is done already"],
    ["a unit that is done", "1", {}, "the plan leaves it out: it is done already"],
    ["an optional unit", "11", {}, "it is optional. Add --include-optional."],
    ["a checkpoint", "3", {}, "it is a checkpoint, which only runs the verify commands"],
    ["a unit for a person", "10", {}, "a person must do it: all its declared paths are protected"],
    ["an unknown role", "2", { role: "boss" }, "Roles: implement, fix, resolve, review, plan."],
    ["a role without a brief", "2", { role: "verify" }, "There is no role verify"],
    ["a reviewer of none", "2", { reviewer: "tests" }, "Add --role review."],
    [
      "a reviewer that it has not",
      "2",
      { role: "review", reviewer: "ui" },
      "Its reviewers: security, tests.",
    ],
  ])("%s", async (...[, unit, options, says]) => {
    expect(await refusal(unit, options)).toContain(says);
  });

  it("a spec with an error, at its line", async () => {
    const files = { ...FILES, [`${SPEC}/tasks.md`]: "- [ ] 1. A\n  - _Depends: 9_\n" };
    expect(await refusal("1", {}, files)).toContain(`${SPEC}/tasks.md:2:1: Task 1 depends on 9`);
  });

  it("a spec that is done", async () => {
    const files = { ...FILES, [`${SPEC}/tasks.md`]: "- [x] 1. A\n" };
    expect(await refusal("7", {}, files)).toContain("It has nothing left to do.");
  });
});
