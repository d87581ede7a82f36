/** What is said of claims that came to nothing: each once, whoever's they were. */
import { expect, it } from "vitest";
import { decide } from "../../../src/domain/run/decide.ts";
import type { CommentFact } from "../../../src/domain/run/facts.ts";
import { aSnapshot } from "../../support/run.ts";

const TASKS = "- [ ] 1. One\n  - _writes: a.js_\n- [ ] 2. Two\n  - _writes: b.js_\n";

it.each([
  { name: "of one bot, two units", claims: { 1: "helper[bot]", 2: "helper[bot]" }, comments: [0, 0] },
  { name: "of two people", claims: { 1: "ann", 2: "bob" }, comments: [7, 8] },
])("$name", ({ claims, comments }) => {
  const at = "2026-01-01T00:00:00.000Z";
  const ended = Object.fromEntries(
    Object.entries(claims).map(([unit, by], place) => [
      unit,
      { by, at, comment: comments[place]!, ended: `Unit ${unit} was with ${by}.` },
    ]),
  );
  const told = (there: readonly CommentFact[]): string[] => {
    const snapshot = aSnapshot(TASKS, { journal: { claims: ended } });
    const tracking = { ...snapshot.tracking, comments: [...there] };
    const pass = { id: "p", now: new Date(at), seed: "5eed", takesOver: false };
    const { effects } = decide({ ...snapshot, tracking }, pass);
    return effects.flatMap((effect) =>
      effect.kind === "ensure-comment" && effect.id.startsWith("released:")
        ? [`${effect.id}\n${effect.marker}\n${effect.body}`]
        : [],
    );
  };
  const first = told([]);
  expect(new Set(first.map((one) => one.split("\n")[0])).size).toBe(2);
  expect(new Set(first.map((one) => one.split("\n")[1])).size).toBe(2);
  const posted = first.map((one, place): CommentFact => ({
    id: 100 + place,
    author: aSnapshot(TASKS).me,
    authorIsBot: true,
    body: one.split("\n").slice(2).join("\n"),
    createdAt: new Date(at),
    edited: false,
    eyes: 0,
    answered: false,
  }));
  expect(told(posted)).toEqual([]);
});
