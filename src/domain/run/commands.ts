/** All commands. What parses, the answer to `help` and docs/commands.md are made from this table. */

export interface CommandForm {
  /** Null for the ask, which begins with a path. */
  name: string | null;
  takes: "path" | "nothing" | "hash" | "unit" | "decision";
  form: string;
  does: string;
  example: string;
  /** What its author sees of it, beside a 🚀. */
  answer: string;
}

export const COMMANDS = [
  {
    name: null,
    takes: "path",
    form: "<folder of a spec> [flags]",
    does: "Ask for a run: its plan is shown, and nothing is spent before somebody confirms it.",
    example: ".kiro/specs/eggtimer --only 1,3 --max-cost 20",
    answer:
      "A 👀, and a comment with the plan, or with what is wrong by line. Where a run works on the spec already: where that run is, and how far. On an issue that tracks a run, or tracked one, a new issue is opened for it.",
  },
  {
    name: "confirm",
    takes: "hash",
    form: "confirm [hash]",
    does: "Agree to the plan: agents start, within its limits.",
    example: "confirm 3f2a9c4d1e0b",
    answer:
      "The board is made and agents begin. It holds for the plan of that hash, at that commit, up to that ceiling. A sentence says why where it does not count: another hash, a plan that was shown after it or more than 72 hours before, one that is confirmed already.",
  },
  {
    name: "cancel",
    takes: "nothing",
    form: "cancel",
    does: "End the run; unfinished units are cancelled.",
    example: "cancel",
    answer: "Jobs end, issues and pull requests of what has not landed are closed, a summary is posted.",
  },
  {
    name: "pause",
    takes: "nothing",
    form: "pause",
    does: "Start nothing new; what is under way goes on.",
    example: "pause",
    answer: "The tracking comment says paused. Nothing lands meanwhile.",
  },
  {
    name: "resume",
    takes: "nothing",
    form: "resume",
    does: "Go on after a pause, or without a new plan that waits.",
    example: "resume",
    answer: "Nothing more; or the decision that must be answered first.",
  },
  {
    name: "status",
    takes: "nothing",
    form: "status",
    does: "Say in a sentence where the run stands.",
    example: "status",
    answer:
      "How many units have landed, which are under way or blocked, and which decisions wait for an answer.",
  },
  {
    name: "replan",
    takes: "nothing",
    form: "replan",
    does: "Make a new plan of the spec and the configuration as they are now; it takes over once it is confirmed.",
    example: "replan",
    answer:
      "A comment with the new plan and what becomes of each unit: landed ones stay as they landed, the same go on, changed ones begin anew, new ones get issues, those that are gone are closed. Until `confirm`, or `resume`, no further unit begins. A sentence says why where there can be no new plan.",
  },
  {
    name: "retry",
    takes: "unit",
    form: "retry <unit>",
    does: "Give a unit one more attempt.",
    example: "retry 3",
    answer: "The attempt begins; or why there is nothing to try again.",
  },
  {
    name: "skip",
    takes: "unit",
    form: "skip <unit> [--with-dependents]",
    does: "Leave a unit out; each unit that builds on it is asked about, or left out too.",
    example: "skip 3 --with-dependents",
    answer: "Its issue and pull request are closed; decisions ask about what builds on it.",
  },
  {
    name: "abort",
    takes: "unit",
    form: "abort <unit>",
    does: "Cancel a unit; its dependents stay blocked and the run ends halted.",
    example: "abort 3",
    answer: "Its issue and pull request are closed.",
  },
  {
    name: "approve",
    takes: "unit",
    form: "approve <unit>",
    does: "Accept a unit at its present head: over what reviews say, and where a person must approve it.",
    example: "approve 3",
    answer: "It goes on to the train; or why that does not help.",
  },
  {
    name: "claim",
    takes: "unit",
    form: "claim <unit>",
    does: "Take a unit: no agent works on it, and your pull request is reviewed and landed like any other.",
    example: "claim 3",
    answer:
      "Its issue is yours; a reply says into which branch to open a pull request, and how it names the unit.",
  },
  {
    name: "release",
    takes: "unit",
    form: "release <unit>",
    does: "Give a unit that was taken back to agents.",
    example: "release 3",
    answer: "Agents begin it anew; a pull request of yours stays as it is, and yours.",
  },
  {
    name: "decide",
    takes: "decision",
    form: "decide <decision id> <option number>",
    does: "Answer a decision.",
    example: "decide d1 2",
    answer: "What the option says is done; or who answered before.",
  },
  {
    name: "help",
    takes: "nothing",
    form: "help",
    does: "Show this list.",
    example: "help",
    answer: "The list.",
  },
] as const satisfies readonly CommandForm[];

type Row = (typeof COMMANDS)[number];
/** Names of the commands that take this. */
export type CommandTaking<Takes extends Row["takes"]> = Extract<Row, { takes: Takes }>["name"];
