/** A check judges facts; each of its findings says what, why, and the mend. */
import type { Problem } from "../problem.ts";
import type { Facts } from "./facts.ts";

export interface Finding extends Problem {
  /** `error`: it prevents a run, or stops it. */
  severity: "error" | "warning" | "note";
}

export interface Check {
  code: string;
  /** Said where nothing was found. */
  sound: string;
  /** What it takes to look; said where that was missing. */
  needs: string;
  /** Null: what it judges is not known. */
  judge(facts: Facts): readonly Finding[] | null;
}

export const found = (severity: Finding["severity"], problem: Problem): Finding => ({ severity, ...problem });

/** The address of a settings page, or the way to it. */
export function settings({ page }: Facts, name: keyof typeof PAGES): string {
  const { path, title } = PAGES[name];
  return page === null ? title : `${page}/settings${path}`;
}

const PAGES = {
  general: { path: "", title: "Settings, General" },
  actions: { path: "/actions", title: "Settings, Actions, General" },
  secrets: { path: "/secrets/actions", title: "Settings, Secrets and variables, Actions" },
  rules: { path: "/rules", title: "Settings, Rules, Rulesets" },
  branches: { path: "/branches", title: "Settings, Branches" },
  access: { path: "/access", title: "Settings, Collaborators and teams" },
};
