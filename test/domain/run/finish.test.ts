/** The pull requests that a run leaves for people. */
import { expect, it } from "vitest";
import { decide } from "../../../src/domain/run/decide.ts";
import type { PullFact } from "../../../src/domain/run/facts.ts";
import { integrationBranch, OWN_LABEL } from "../../../src/domain/run/names.ts";
import type { State } from "../../../src/domain/run/journal.ts";
import { aSnapshot, RUN } from "../../support/run.ts";
import { aPull, HEAD } from "../../support/view.ts";

const ended: State["ended"] = { at: "2026-01-01T02:05:00.000Z", outcome: "complete", reason: "done" };

/** The labels that a pass gives a final pull request of which this is known. */
function labelled(change: Partial<PullFact>): readonly string[] | undefined {
  const final = aPull({ number: 40, head: integrationBranch(RUN), base: "main", ...change });
  const snapshot = aSnapshot("- [ ] 1. First\n", {
    journal: { ended, landed: { "1": { head: HEAD, sha: HEAD } } },
    board: { issues: [], pulls: [aPull({ merged: true, state: "closed" }), final] },
  });
  const { effects } = decide(snapshot, { id: "p", now: new Date(ended!.at), seed: "5eed", takesOver: false });
  const update = effects.find((effect) => effect.kind === "update-pull" && effect.number === 40);
  return update?.kind === "update-pull" ? update.labels : undefined;
}

it.each([
  ["was made by a pass that ended before it was labelled", { labels: [] }, [OWN_LABEL]],
  ["has another label only", { labels: ["urgent"] }, ["urgent", OWN_LABEL]],
  ["is labelled, in the repository's own spelling", { labels: ["Roundtable"] }, undefined],
  ["is closed", { labels: [], state: "closed" as const }, undefined],
])("a final pull request that %s", (_, change, expected) => {
  expect(labelled(change)).toEqual(expected);
});
