/**
 * Every hostile input meets the product's own guards, which are lists: with all of them it is stopped by a sentence, and
 * without one guard just that guard's cases get through.
 */
import { describe, expect, it } from "vitest";
import { allCases, type HostileCase } from "./case.ts";
import { FAMILIES } from "./families.ts";

/** Stopped by the form of what is read, which is no guard that could be left out. */
const FORM = "form";

const guarded = allCases.filter(({ guard }) => guard !== FORM);
const familyOf = ({ family, name }: HostileCase) => {
  const found = FAMILIES[family];
  if (!found) throw new Error(`${name}: there is no family ${family}`);
  return found;
};

it("has many inputs and many guards, each with a case in the folder of its name", () => {
  const withCases = new Set(guarded.map(({ guard }) => guard));
  const all = new Set(Object.values(FAMILIES).flatMap(({ guards }) => guards.map(({ code }) => code)));
  expect([...withCases].toSorted()).toEqual([...all].toSorted());
  expect(all.size).toBeGreaterThanOrEqual(40);
  expect(guarded.length).toBeGreaterThanOrEqual(150);
  for (const { name, family, guard } of allCases) expect(name).toMatch(new RegExp(`^${family}/${guard}/`));
});

describe("with all guards", () => {
  it.each(allCases.map((one) => [one.name, one] as const))("%s", (_, one) => {
    const { guards, answer } = familyOf(one);
    const said = answer(one, guards);
    expect(said).toBe(one.expect);
    // What is quoted in a brief stays as long as it is.
    if (one.sting === undefined && one.family !== "brief") expect(said).toMatch(/^[^\n]+$/);
    if (one.sting !== undefined) expect(said).not.toContain(one.sting);
  });
});

const removals = Object.entries(FAMILIES).flatMap(([name, { guards, answer }]) =>
  guards.map(({ code }) => ({
    code,
    family: name,
    without: guards.filter((guard) => guard.code !== code),
    cases: guarded.filter((one) => one.family === name),
    answer,
  })),
);

describe("without one guard", () => {
  it.each(removals)("$family: just the cases of $code get through", ({ code, without, cases, answer }) => {
    for (const one of cases) {
      const said = answer(one, without);
      if (one.guard !== code) expect(said, one.name).toBe(one.expect);
      else if (one.sting === undefined) expect(said, one.name).toBeNull();
      else expect(said, one.name).toContain(one.sting);
    }
  });
});
