/**
 * One hostile input: `cases/<family>/<guard>/<name>.yml`. `field` says where the text comes in, `guard` what stops it, and
 * `expect` what is then said, or what is left of the text. A folder's name is the guard's code.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const CASES = join(import.meta.dirname, "cases");

/** Whole or in parts: some are repeated, and a credential stands in two, so that none is in this repository. */
const Text = z.union([
  z.string(),
  z.array(z.union([z.string(), z.strictObject({ repeat: z.string(), times: z.number() })])),
]);

const Case = z.strictObject({
  field: z.string(),
  text: Text.default(""),
  /** What the field is told beside the text. */
  with: z.record(z.string(), z.unknown()).default({}),
  guard: z.string(),
  expect: z.string(),
  /** What would come alive without the guard, where it takes the sting out and lets the rest through. */
  sting: z.string().optional(),
});

export interface HostileCase extends z.infer<typeof Case> {
  name: string;
  /** The list that its guard is in. */
  family: string;
  text: string;
}

const whole = (text: z.infer<typeof Text>): string =>
  typeof text === "string"
    ? text
    : text.map((part) => (typeof part === "string" ? part : part.repeat.repeat(part.times))).join("");

export const allCases: readonly HostileCase[] = readdirSync(CASES, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".yml"))
  .toSorted()
  .map((path) => {
    const read = Case.safeParse(parse(readFileSync(join(CASES, path), "utf8")));
    if (!read.success) throw new Error(`${path}: ${z.prettifyError(read.error)}`);
    const { text, ...rest } = read.data;
    return { ...rest, name: path.replace(/\.yml$/, ""), family: path.split("/")[0]!, text: whole(text) };
  });
