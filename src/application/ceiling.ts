import type { Config } from "../domain/config.ts";

/** The lower of what was asked for and what the configuration allows; null where neither says anything. */
export const ceilingFor = (asked: number | null, { budget: { run: allowed } }: Config): number | null =>
  asked === null || allowed === null ? (asked ?? allowed) : Math.min(asked, allowed);
