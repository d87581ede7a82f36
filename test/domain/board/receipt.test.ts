/** The receipt of a run, as it stands in the summary and in the final pull request. */
import { describe, expect, it } from "vitest";
import { finalPullBody } from "../../../src/domain/board/pull.ts";
import { receipt } from "../../../src/domain/board/receipt.ts";
import { summaryBody } from "../../../src/domain/board/summary.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { aResult, anAttempt } from "../../support/run.ts";
import { alive, aView, HOSTILE } from "../../support/view.ts";

const CONFIG = `version: 1
agents: { paid: { backend: claude, model: m }, cheap: { backend: command, command: ./x } }
prices: { m: { input: 1, output: 1 } }
`;
const done = (agent: string, change: Parameters<typeof aResult>[0] = {}, more = {}) =>
  anAttempt({ agent, outcome: "completed", result: aResult(change), ...more });
const tokens = (input: number, cached: number | null, output: number) => ({ input, cached, output });

const view = (attempts: State["attempts"], spend: Partial<State["spend"]> = {}) =>
  aView({
    config: CONFIG,
    journal: { attempts, spend: { usd: null, attempts: 1, ceiling: null, units: {}, ...spend } },
  });

describe("a receipt", () => {
  it("has a line for each unit, one for what is no unit's, and the sum beside what was agreed to", () => {
    const shown = view(
      {
        "1/implement/1": done("paid", { model: "m", tokens: tokens(1_200_000, 900_000, 40_000), usd: 2.5 }),
        "1/review/1": done("paid", {
          model: "m-small",
          tokens: tokens(800, null, 40),
          usd: 0.5,
          isEstimate: true,
        }),
        "1/verify/1": anAttempt({ agent: null, outcome: "green" }),
        "2/implement/1": done("cheap"),
        "_base/resolve/1": done("paid", { model: "m", usd: 1 }, { before: { usd: 2, isEstimate: true } }),
      },
      { usd: 6, ceiling: 20 },
    );
    expect(receipt(shown)).toEqual([
      "### Receipt",
      "",
      "| unit | attempts | model | tokens in | of them cached | tokens out | money |",
      "|---|---|---|---|---|---|---|",
      "| 1. Write the parser | 2 | m, m-small | 1,200,800 | at least 900,000 | 40,040 | 3 USD, 0.5 USD of it by estimate |",
      "| 2. Write the printer | 1 | not known | not known | not known | not known | not known |",
      "| The run as a whole | 1 | m | not known | not known | not known | 3 USD, 2 USD of it by estimate |",
      "| **All** | 4 | m, m-small | at least 1,200,800 | at least 900,000 | at least 40,040 | at least 6 USD, 2.5 USD of it by estimate, not known of 1 attempt |",
      "",
      "At least 6 USD, 2.5 USD of it by estimate, not known of 1 attempt, of up to 20 USD.",
      "",
    ]);
    for (const body of [summaryBody(shown), finalPullBody(shown)])
      expect(body).toContain(receipt(shown).join("\n"));
  });

  it("knows of tokens no more than of the last dispatch: those before are at least paid", () => {
    const again = { before: { usd: 1, isEstimate: false } };
    const attempts = {
      "1/implement/1": done("paid", { model: "m", tokens: tokens(100, 50, 10), usd: 2 }, again),
    };
    expect(receipt(view(attempts, { usd: 3 }))[4]).toBe(
      "| 1. Write the parser | 1 | m | at least 100 | at least 50 | at least 10 | 3 USD |",
    );
  });

  it("is not there where only scripts and people took part", () => {
    const attempts = { "1/implement/1": done("practice"), "1/resolve/1": done("you", {}, { runId: null }) };
    expect(receipt(view(attempts))).toEqual([]);
  });

  it("says what a script told of its cost all the same, and that nothing was a ceiling", () => {
    const attempts = { "1/implement/1": done("practice", { usd: 0.25 }) };
    expect(receipt(view(attempts, { usd: 0.25 })).at(-2)).toBe("0.25 USD; no ceiling was set.");
  });

  it("shows a model's name as text", () => {
    const attempts = { "1/implement/1": done("paid", { model: HOSTILE, usd: 1 }) };
    expect(alive(receipt(view(attempts, { usd: 1 })).join("\n"))).toEqual([]);
  });
});
