/** Lines of the predecessor's list about its pulse file, as the tracking comment holds them: see test/parity-board.md. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { trackingBody } from "../../../src/domain/board/tracking.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import type { RunView } from "../../../src/domain/run/view.ts";
import { aResult } from "../../support/run.ts";
import { aView, aWork, HEAD, NOW } from "../../support/view.ts";

const FATES = ["landed", "asked", "waiting", "skipped", "behind"] as const;
type Fate = (typeof FATES)[number];

/** Unit n has the n-th fate; all may work side by side, but `behind` waits for the first that is asked about. */
function viewWith(fates: readonly Fate[]): RunView {
  const ids = fates.map((_, at) => String(at + 1));
  const of = (fate: Fate): string[] => ids.filter((_, at) => fates[at] === fate);
  const asked = of("asked").map((unit, at): [string, State["decisions"][string]] => [
    `d${at + 1}`,
    {
      kind: "question",
      unit,
      question: `Which way for ${unit}?`,
      options: [{ does: "retry", text: "Left" }],
      at: "2026-01-01T00:00:00Z",
      default: null,
      deadline: null,
      answer: null,
    },
  ]);
  const [first] = of("asked");
  const behind = (id: string): string =>
    first !== undefined && of("behind").includes(id) ? `  - _Depends: ${first}_\n` : "";
  const waves = ids.length === 0 ? "" : `\n\`\`\`json\n{"waves": [${JSON.stringify(ids)}]}\n\`\`\`\n`;
  return aView({
    tasks:
      ids.map((id) => `- [ ] ${id}. Write ${id}\n  - _writes: src/${id}.js_\n${behind(id)}`).join("") + waves,
    journal: {
      attempts: Object.fromEntries(
        of("landed").map((id) => [
          `${id}/implement/1`,
          aWork({ result: aResult({ files: [{ path: `src${id}/main.py`, lines: 1 }] }) }),
        ]),
      ),
      landed: Object.fromEntries(of("landed").map((id) => [id, { head: HEAD, sha: HEAD }])),
      dropped: Object.fromEntries(
        of("skipped").map((id) => [id, { as: "skipped" as const, by: "you", because: "skipped by you" }]),
      ),
      decisions: Object.fromEntries(asked),
    },
  });
}

const runs = fc.array(fc.constantFrom(...FATES), { minLength: 1, maxLength: 10 });
const part = (body: string, title: string): string =>
  body.split("### ").find((text) => text.startsWith(title)) ?? "";

describe("the tracking comment, line by line", () => {
  it("U1 counts all units, those that have landed, and each phase", () => {
    fc.assert(
      fc.property(runs, (fates) => {
        const body = trackingBody(viewWith(fates), [], NOW);
        const count = (fate: Fate): number => fates.filter((one) => one === fate).length;
        expect(body).toContain(`**${count("landed")} of ${fates.length} units** landed`);
        const model = part(body, "Mental Model");
        const behind = count("asked") > 0 ? count("behind") : 0;
        const counts = {
          completed: count("landed"),
          blocked: count("asked") + behind,
          "not started": count("waiting") + count("behind") - behind,
        };
        for (const [word, number] of Object.entries(counts))
          expect(new RegExp(`(^|· )${number} ${word}`, "m").test(model), `${number} ${word}`).toBe(
            number > 0,
          );
      }),
    );
  });

  it("U2 U3 U6 names each blocked unit's question by the id that answers it, or what it stands behind", () => {
    fc.assert(
      fc.property(runs, (fates) => {
        const view = viewWith(fates);
        const risks = part(trackingBody(view, [], NOW), "Risks & Debt");
        for (const { unit } of view.units) {
          const phase = view.phases.get(unit.id)!;
          if (phase.kind !== "blocked") continue;
          expect(phase.because).not.toBe("");
          expect(risks).toContain(
            phase.decision === null
              ? `- ${unit.id} is blocked: ${phase.because}`
              : `- Decision **${phase.decision}** waits for a person: ${phase.because}`,
          );
        }
      }),
    );
  });

  it("U7 shows where each landed file lies", () => {
    fc.assert(
      fc.property(runs, (fates) => {
        const anchors = part(trackingBody(viewWith(fates), [], NOW), "Semantic Anchors");
        fates.forEach((fate, at) => {
          expect(anchors.includes(`\`src${at + 1}/main.py\``)).toBe(fate === "landed");
        });
      }),
    );
  });

  it("U8 of nothing to do counts nothing", () => {
    const body = trackingBody(viewWith([]), [], NOW);
    expect(body).toContain("**0 of 0 units** landed.");
    expect(part(body, "Risks & Debt")).toContain("None.");
  });

  it("U9 E7 of a flat list tells one landed and one blocked unit", () => {
    const body = trackingBody(viewWith(["landed", "asked"]), [], NOW);
    expect(body).toContain("**1 of 2 units** landed.");
    expect(part(body, "Mental Model")).toContain("1 completed · 1 blocked");
    expect(body).toContain("`src1/main.py`");
  });
});
