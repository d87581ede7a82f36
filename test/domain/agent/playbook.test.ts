import { describe, expect, it } from "vitest";
import { entryFor, parsePlaybook, type Cue, type Playbook } from "../../../src/domain/agent/playbook.ts";

const TEXT = `version: 1
units:
  1.10:
    implement: [{ patch: a.patch }]
  "3":
    implement:
      - { patch: 3.patch, summary: First. }
    fix:
      - { patch: 3-fix.patch }
      - { outcome: needs_info, questions: [Which unit?] }
    review:
      - { role: correctness, findings: [{ severity: major, path: src/a.js, line: 3, summary: Wrong rounding }] }
      - { role: security }
      - { role: correctness, summary: Better now. }
human: { question: 2 }
approve: ["3"]
`;

function playbookOf(text: string): Playbook {
  const { playbook, diagnostics } = parsePlaybook(text);
  expect(diagnostics).toEqual([]);
  return playbook!;
}

it("reads unit ids as they are written, quoted or not", () => {
  const playbook = playbookOf(TEXT);
  expect(Object.keys(playbook.units)).toEqual(["3", "1.10"]);
  expect(playbook.human).toEqual({ question: 2 });
  expect(playbook.approve).toEqual(["3"]);
});

const play = (cue: Partial<Cue>) =>
  entryFor(playbookOf(TEXT), { unitId: "3", role: "implement", reviewer: null, turn: 1, ...cue });

describe("one list entry per attempt", () => {
  it.each<[Partial<Cue>, string | null, string]>([
    [{ role: "implement" }, "3.patch", "completed"],
    [{ role: "fix" }, "3-fix.patch", "completed"],
    [{ role: "fix", turn: 2 }, null, "needs_info"],
    [{ role: "implement", turn: 2 }, null, "failed"],
    [{ role: "resolve" }, null, "failed"],
    [{ role: "plan" }, null, "failed"],
    [{ role: "review", reviewer: "correctness" }, null, "completed"],
    [{ role: "review", reviewer: "correctness", turn: 2 }, null, "completed"],
    [{ role: "review", reviewer: "correctness", turn: 3 }, null, "failed"],
    [{ role: "review", reviewer: "security" }, null, "completed"],
    [{ role: "review", reviewer: "security", turn: 2 }, null, "failed"],
    [{ role: "review", reviewer: "tests" }, null, "failed"],
  ])("%j plays %s and ends as %s", (cue, patch, outcome) => {
    const played = play(cue);
    expect([played.patch, played.answer.outcome]).toEqual([patch, outcome]);
  });

  it("fails for a unit that it does not name", () => {
    expect(play({ unitId: "4" }).answer).toMatchObject({
      outcome: "failed",
      summary: "The playbook has no unit 4.",
    });
  });

  it("counts the answers of each reviewer apart, and says that no model read", () => {
    expect(play({ role: "review", reviewer: "correctness" }).answer.findings).toMatchObject([
      { severity: "major", line: 3 },
    ]);
    expect(play({ role: "review", reviewer: "correctness", turn: 2 }).answer).toMatchObject({
      findings: [],
      summary: "Scripted review: no model read this. Better now.",
    });
  });

  it("takes questions over", () => {
    expect(play({ role: "fix", turn: 2 }).answer.questions).toEqual(["Which unit?"]);
  });
});

describe("mistakes have a place and a mend", () => {
  it.each([
    ["unit: {}\nversion: 1\nunits: {}\n", 1, 'Did you mean "units"?'],
    ["version: 1\nunits:\n  3:\n    implment: []\n", 4, 'Did you mean "implement"?'],
    [
      "version: 1\nunits:\n  3:\n    implement:\n      - { patch: a, outcom: failed }\n",
      5,
      'Did you mean "outcome"?',
    ],
    [
      "version: 1\nunits:\n  3:\n    implement:\n      - patch: a\n        verify: green\n",
      6,
      "Known here: patch, outcome, summary, questions, findings.",
    ],
    [
      "version: 1\nunits:\n  3:\n    review:\n      - role: correctness\n        findings:\n          - { severty: minor, summary: x, severity: minor }\n",
      7,
      'Did you mean "severity"?',
    ],
    ["version: 2\nunits: {}\n", 1, "See docs/playbook.md."],
    ["version: 1\nunits:\n  3:\n    implement: [{ outcome: green }]\n", 4, "See docs/playbook.md."],
    ["version: 1\nunits: {}\nhuman: { qestion: 1 }\n", 3, 'Did you mean "question"?'],
    ["version: 1\nunits: [\n", 3, "Mend the line."],
    ["- 1\n", 1, "See docs/playbook.md."],
  ])("%j", (text, line, fix) => {
    const { playbook, diagnostics } = parsePlaybook(text);
    expect(playbook).toBeNull();
    expect(diagnostics.map((one) => [one.line, one.fix])).toContainEqual([line, fix]);
  });
});
