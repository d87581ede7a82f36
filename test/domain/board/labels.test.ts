import { describe, expect, it } from "vitest";
import {
  issueLabels,
  labelsForRun,
  OWN_LABELS,
  phaseLabel,
  pullLabels,
} from "../../../src/domain/board/labels.ts";
import { PHASES } from "../../../src/domain/run/phase.ts";
import { anIssue, aPull, aReview, aFinding, aView, aWork, unitOf } from "../../support/view.ts";

const sentBack = { "1/implement/1": aWork(), "1/review/1": aReview([aFinding()]) };

describe("our labels", () => {
  it("are those of the contract, within GitHub's limits", () => {
    expect(OWN_LABELS.map(({ name }) => name)).toEqual([
      "roundtable",
      ...PHASES.map(phaseLabel),
      "roundtable:hold",
      "decision-needed",
      "escalated",
      "quality-warning",
      "follow-up",
    ]);
    for (const { name, color, description } of labelsForRun(aView())) {
      expect(name).toMatch(/^[a-z:-]{1,50}$/);
      expect(color).toMatch(/^[0-9a-f]{6}$/);
      expect(description.length).toBeLessThanOrEqual(100);
    }
  });

  it("name each agent and criticality of the run once, and none for checkpoints", () => {
    const view = aView({
      tasks: "- [ ] 1. Write it\n- [ ] 2. Write more\n- [ ] 3. Checkpoint - all tests pass\n",
    });
    expect(unitOf(view, "3").isGate).toBe(true);
    const names = labelsForRun(view).map(({ name }) => name);
    expect(names.slice(OWN_LABELS.length)).toEqual(["agent:practice", "criticality:standard"]);
    expect(issueLabels(view, unitOf(view, "3"))).toEqual(["roundtable", "not-started"]);
  });
});

describe("an issue's labels", () => {
  it.each([
    { name: "a fresh one", there: [], kept: [] },
    {
      name: "what people put on",
      there: ["bug", "roundtable:hold", "wontfix"],
      kept: ["bug", "roundtable:hold", "wontfix"],
    },
    {
      name: "an old phase, an old agent, a decision that is answered",
      there: ["in-progress", "agent:claude", "criticality:complex", "decision-needed"],
      kept: [],
    },
    { name: "an old phase in another case", there: ["In-Progress", "Roundtable"], kept: [] },
  ])("are the whole wanted set: $name", ({ there, kept }) => {
    const view = aView({ issues: [anIssue({ labels: there })] });
    expect(issueLabels(view, unitOf(view))).toEqual([
      ...kept,
      "roundtable",
      "not-started",
      "agent:practice",
      "criticality:standard",
    ]);
  });

  it("are at rest once they are there, however the repository spells them", () => {
    const labels = ["Roundtable", "Not-Started", "agent:Practice", "criticality:standard"];
    const view = aView({ labels, issues: [anIssue({ labels })] });
    expect(issueLabels(view, unitOf(view))).toEqual(labels);
  });

  it("say that a person must decide, and name no agent for a person's unit", () => {
    const decision = {
      kind: "question" as const,
      unit: "1",
      question: "q",
      options: [],
      at: "2026-01-01T00:00:00Z",
      default: null,
      deadline: null,
      answer: null,
    };
    const view = aView({
      unit: { person: "it changes a workflow" },
      journal: { decisions: { d1: decision } },
    });
    expect(issueLabels(view, unitOf(view))).toEqual([
      "roundtable",
      "blocked",
      "criticality:standard",
      "decision-needed",
    ]);
  });
});

describe("a pull request's labels", () => {
  it.each([
    { name: "sent back", attempts: sentBack, there: ["bug"], wanted: ["bug", "roundtable", "fix-required"] },
    { name: "in order again", attempts: {}, there: ["bug", "Fix-Required"], wanted: ["bug", "roundtable"] },
  ])("are ours and the strangers': $name", ({ attempts, there, wanted }) => {
    const view = aView({ pulls: [aPull({ labels: there })], journal: { attempts } });
    expect(pullLabels(view, unitOf(view))).toEqual(wanted);
  });
});
