import { describe, expect, it } from "vitest";
import { projectLacks, projectRows } from "../../../src/domain/board/project-rows.ts";
import { formatProblem } from "../../../src/domain/problem.ts";
import { Draft } from "../../../src/domain/run/draft.ts";
import { mirrorProject } from "../../../src/domain/run/project-board.ts";
import { anIssue, aView, aWork, NOW } from "../../support/view.ts";

const pass = { id: "p", now: NOW, seed: "5eed", takesOver: false };

function effectsBy(me: string, project = "auto"): string[] {
  const view = aView({ config: `version: 1\nproject: "${project}"\n`, issues: [anIssue()] });
  const draft = new Draft({ ...view.snapshot, me }, pass);
  mirrorProject(draft, view);
  return draft.effects.map(({ kind }) => kind);
}

describe("GITHUB_TOKEN", () => {
  it("reaches no projects: the plan says so, and nothing is tried", () => {
    expect(projectLacks("auto", "github-actions[bot]").map(formatProblem)).toEqual([
      expect.stringContaining("GITHUB_TOKEN reaches no projects"),
    ]);
    expect(effectsBy("github-actions[bot]")).toEqual([]);
  });

  it("is not spoken of where no project is wanted, nor to an App", () => {
    expect(projectLacks("off", "github-actions[bot]")).toEqual([]);
    expect(projectLacks("auto", "roundtable[bot]")).toEqual([]);
    expect(effectsBy("roundtable[bot]")).toEqual(["mirror-project"]);
    expect(effectsBy("roundtable[bot]", "off")).toEqual([]);
  });
});

it("a row tells whose attempt was the last and how many there were; a unit without an issue has none", () => {
  const view = aView({
    issues: [anIssue()],
    journal: {
      attempts: {
        "1/implement/1": aWork({ outcome: "red" }),
        "1/fix/1": aWork({ agent: "senior", at: "2026-01-01T00:03:00.000Z" }),
      },
    },
  });
  expect([...projectRows(view).values()]).toEqual([
    { issue: 13, status: "pending_review", agent: "senior", criticality: "standard", attempt: 2 },
  ]);
});
