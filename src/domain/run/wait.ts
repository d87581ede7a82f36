/** Every unit that does nothing has a wait with a name and a sentence (design section 4). */
export interface Wait {
  /** Null: the run as a whole. */
  unit: string | null;
  for:
    | "consent"
    | "pause"
    | "budget"
    | "dependency"
    | "gate"
    | "lock"
    | "slot"
    | "unknown-paths"
    | "hold"
    | "workflow-run"
    | "silence"
    | "back-off"
    | "review"
    | "train"
    | "checks"
    | "decision"
    | "other-pass"
    | "refused"
    | "github"
    | "person";
  because: string;
}

export type Outcome = "complete" | "halted" | "decision" | "running";
