/** What counts as an outage of GitHub: no answer of its own, from the first until the next that is one. */
import { expect, it } from "vitest";
import { watchOutages } from "../../../src/adapters/github/outage.ts";
import { LimitError } from "../../../src/adapters/github/refusals.ts";
import { TransientError, UserError } from "../../../src/domain/problem.ts";

const BEGAN = Date.parse("2026-01-02T00:00:00.000Z");
const minute = (n: number): Date => new Date(BEGAN + n * 60_000);

const down = new TransientError({ what: "GitHub answered 502", why: "trouble", retryAfterMs: 1 });
const limit = new LimitError({ what: "GitHub's rate limit is reached", why: "slow down", retryAfterMs: 1 });
const refusal = new UserError({ what: "GitHub refused it", why: "no", fix: "Ask." });

function heard(...all: readonly ("answer" | Error)[]) {
  let now = 0;
  const watch = watchOutages(() => minute(now));
  for (const one of all) {
    now += 1;
    if (one === "answer") watch.answered();
    else watch.failed(one);
  }
  return watch.last();
}

const why = "GitHub answered 502: trouble";

it.each<[string, ReturnType<typeof heard>, ReturnType<typeof heard>]>([
  ["none", heard("answer", refusal, limit), null],
  ["one that lasts, from its first moment", heard("answer", down, down), { from: minute(2), to: null, why }],
  ["one that an answer ends", heard(down, down, "answer", "answer"), { from: minute(1), to: minute(3), why }],
  ["one that a refusal ends", heard(down, refusal), { from: minute(1), to: minute(2), why }],
  ["one that a limit ends", heard(down, limit), { from: minute(1), to: minute(2), why }],
  ["the last of two", heard(down, "answer", down, "answer"), { from: minute(3), to: minute(4), why }],
])("%s", (_, found, is) => {
  expect(found).toEqual(is);
});
