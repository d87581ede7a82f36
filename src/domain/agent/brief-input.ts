/** What a brief is made of. */
import type { Finding, HandOverNote } from "../handover/result.ts";
import type { Role } from "../run/names.ts";
import type { Diff } from "./diff.ts";

export interface PlannedUnits {
  units: readonly {
    id: string;
    title: string;
    type: string;
    criticality: string;
    agent: string;
    writes: readonly string[];
    dependsOn: readonly string[];
    tasks: readonly string[];
  }[];
  agents: readonly { name: string; backend: string; model: string | null }[];
}

export interface BriefInput {
  role: Role;
  reviewer: string | null;
  /** Counts per role, from 1. */
  attempt: number;
  /** Null: a moved base branch and the whole run are brought together. */
  unit: { id: string; title: string; type: string; report: string | null } | null;
  spec: { name: string; path: string };
  /** What a planner judges: all units of work, and who there is to do them. */
  planned?: PlannedUnits;
  /** `done`: by the spec; for who works on it, also by an earlier attempt's word. */
  tasks: readonly { id: string; title: string; done: boolean; details: string }[];
  requirements: readonly { id: string; text: string }[];
  /** The parts of design.md that concern the unit; may be empty. */
  design: string;
  /** What this repository asks of a review; may be empty. */
  rubric: string;
  /** Rules of the repository's own, from its configuration at the base commit. */
  ownRules: readonly string[];
  isTestFirst: boolean;
  /** What agents of units that have landed would tell the next one. */
  learnings: readonly string[];
  /** `isHard`: nothing else may be changed. */
  writes: { paths: readonly string[]; isHard: boolean };
  reads: readonly string[];
  setup: readonly string[];
  verify: readonly string[];
  /** Until the agent is stopped. */
  minutes: number;
  findings: readonly Finding[];
  /** What a reviewer judges. */
  diffs: readonly Diff[];
  /** Why earlier work did not get through: the tail of a red command, the sentence of a refusal, people's remarks. */
  troubles: readonly { what: string; text: string }[];
  /** What was tried so far, oldest first; only for an attempt that is to try something else. */
  history: readonly string[];
  /** The attempt before, whose work this one stands on. */
  before: { wasCutShort: boolean; files: readonly string[]; note: HandOverNote | null } | null;
}

/** Read at the base commit: work under review does not say how it is judged. */
export const RUBRIC_PATH = "docs/CODE-REVIEW.md";

/** The work job's own limit, as its workflow says. */
export const JOB_MINUTES = 60;

/** The agent's soft deadline. */
export const AGENT_MINUTES = 50;
