/** What a comment that asks for a run says. */
import { describe, expect, it } from "vitest";
import { parseCommand } from "../../../src/domain/run/command.ts";
import { decide } from "../../../src/domain/run/decide.ts";
import { aSnapshot } from "../../support/run.ts";

const REFUSED = "`--only` is a list of unit ids, like 1,3.";

it.each(["constructor", "toString", "--dryrun", "3"])("%s is no flag", (word) =>
  expect(parseCommand(`/orchestrate .kiro/specs/x ${word}`)).toMatchObject({
    kind: "mistake",
    sentence: expect.stringContaining("There is no such flag."),
  }),
);

it.each([
  ["words before it", "please /orchestrate cancel"],
  ["a quote", "> /orchestrate cancel"],
  ["code in the line", "`/orchestrate cancel`"],
  ["a code block", "```\n/orchestrate cancel\n```"],
  ["an indented code block", "    /orchestrate cancel"],
  ["one by a tab", " \t/orchestrate cancel"],
  ["a list", "- /orchestrate cancel"],
  ["a heading", "# /orchestrate cancel"],
  ["the second line", "\n/orchestrate cancel"],
  ["another word", "/orchestrated cancel"],
  ["another case", "/Orchestrate cancel"],
  ["a mention", "@orchestrate cancel"],
  ["a comment of HTML", "<!-- /orchestrate cancel -->"],
])("%s is no command", (_, body) => expect(parseCommand(body)).toEqual({ kind: "none" }));

it.each<[body: string, kind: string]>([
  ["/orchestrate cancel", "cancel"],
  ["   /orchestrate   cancel  \r\nbecause", "cancel"],
  ["/orchestrate replan", "replan"],
  ["/orchestrate claim 3", "claim"],
  ["/orchestrate release 3.1", "release"],
])("%j is heard", (body, kind) =>
  expect(parseCommand(body)).toMatchObject({ kind: "command", command: { kind } }),
);

it.each(["实现登录", "로그인 만들기", "Écrire le café", "ログイン", "Write the parser"])(
  "a unit that is named after its title, %s, is steered by that name",
  (title) => {
    const snapshot = aSnapshot(`- [ ] ${title}\n`);
    const { id } = snapshot.planFile.plan.units[0]!;
    const createdAt = new Date("2026-01-01T01:00:00Z");
    const said = { author: "you", authorIsBot: false, createdAt, edited: false, eyes: 0, answered: false };
    // As a keyboard writes it.
    const comments = [{ ...said, id: 9, body: `/orchestrate skip ${id.normalize("NFC")}` }];
    const tracking = { ...snapshot.tracking, comments };
    const pass = { id: "p", now: createdAt, seed: "5eed", takesOver: false };
    const { state } = decide({ ...snapshot, tracking, permissions: { you: "write" } }, pass);
    expect(state.dropped).toMatchObject({ [id]: { as: "skipped", by: "you" } });
  },
);

it.each([
  ["replann", "replan"],
  ["claims 3", "claim"],
  ["aprove 3", "approve"],
  ["stats", "status"],
])("%s is answered with the nearest", (words, close) =>
  expect(parseCommand(`/orchestrate ${words}`)).toMatchObject({
    kind: "mistake",
    sentence: expect.stringContaining(`Did you mean \`${close}\`?`),
  }),
);

describe("--only", () => {
  it.each<[value: string, flags: object]>([
    ["1,3", { only: ["1", "3"] }],
    ["1, 3", { only: ["1", "3"] }],
    ["1 , 3 --dry-run", { only: ["1", "3"], dryRun: true }],
    ["'1, 3'", { only: ["1", "3"] }],
    ['"1,3" --agent claude', { only: ["1", "3"], agent: "claude" }],
    ["“FOUNDATION-1，2”", { only: ["FOUNDATION-1", "2"] }],
    ["1,", { only: ["1"] }],
  ])("%s", (value, flags) =>
    expect(parseCommand(`/orchestrate .kiro/specs/x --only ${value}\n\nThank you, all`)).toEqual({
      kind: "command",
      command: { kind: "ask", path: ".kiro/specs/x", flags },
    }),
  );

  it.each(["''", "' '", ",", "1 3", "'1, 3", "'1','3'"])("%s is refused", (value) =>
    expect(parseCommand(`/orchestrate .kiro/specs/x --only ${value}`)).toEqual({
      kind: "mistake",
      sentence: REFUSED,
    }),
  );

  it.each(["--only", "--only --dry-run", "--agent --only 1"])("%s lacks a value", (flags) =>
    expect(parseCommand(`/orchestrate .kiro/specs/x ${flags}`)).toMatchObject({
      kind: "mistake",
      sentence: expect.stringContaining("needs a value"),
    }),
  );
});
