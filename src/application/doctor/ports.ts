/** What only `roundtable doctor` and `init` look at and touch; no pass can. Null: this account may not see it. */
import type { ActionsFact, Facts, MachineFact, RepositoryFact } from "../../domain/doctor/facts.ts";

export interface SetUpReader {
  account(): Promise<{ login: string; isBot: boolean }>;
  repository(): Promise<Omit<RepositoryFact, "hasCommits"> & { page: string; mayWrite: boolean }>;
  granted(): Promise<Facts["granted"]>;
  /** Permissions without which a read of every pass is refused. */
  unreadable(): Promise<string[]>;
  actions(): Promise<ActionsFact | null>;
  mayActionsOpenPulls(): Promise<boolean | null>;
  secrets(): Promise<string[] | null>;
  variables(): Promise<string[] | null>;
  protections(): Promise<string[] | null>;
  /** Path → state of the repository's workflows. */
  workflowStates(): Promise<Record<string, string> | null>;
  rate(): Promise<Facts["rate"]>;
  reachesProjects(): Promise<boolean | null>;
}

/** Makes and removes what a run would make; a refusal is a `UserError`. */
export interface Prober {
  /** An empty commit on top of another. */
  commit(on: string, message: string): Promise<string>;
  /** `ref` is without `refs/`. */
  makeRef(ref: string, sha: string): Promise<void>;
  /** "refused" where that is no fast-forward. */
  moveRef(ref: string, to: { sha: string; force: boolean }): Promise<"moved" | "refused">;
  merge(branch: string, sha: string): Promise<void>;
  makeLabel(name: string): Promise<void>;
  /** Nothing happens where there is none. */
  removeRef(ref: string): Promise<void>;
  removeLabel(name: string): Promise<void>;
}

export interface MachineReader {
  /** `programs` are looked for on the PATH. */
  machine(programs: readonly string[]): Promise<MachineFact>;
}
