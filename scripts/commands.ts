/** docs/commands.md, from the table of commands. `npm run schemas`. */
import { FLAG_GUARDS, SWITCHES } from "../src/domain/run/command.ts";
import { COMMANDS } from "../src/domain/run/commands.ts";

export function commandsPage(): string {
  return [
    "# The commands",
    "",
    "<!-- Made by `npm run schemas` from src/domain/run/commands.ts. -->",
    "",
    "A command is the first line of a new comment: `/orchestrate`, and what you want. The ask stands on any issue, or on a pull request; all",
    "others stand on the issue that tracks the run.",
    "",
    "| command | |",
    "|---|---|",
    ...COMMANDS.map(({ form, does }) => `| \`/orchestrate ${form}\` | ${does} |`),
    "",
    "## Who is heard",
    "",
    "- A person with write access to the repository (write, maintain or admin), read anew for each command. Of others a command gets a 😕 and",
    "  nothing else. A bot is never heard.",
    "- Who confirmed, claimed, decided or approved, and when, stands in the run's journal.",
    "- A new comment alone: one that was edited says nothing. Neither does a line that is quoted, in code, in a list, or not the first.",
    "- What stands below the first line is told to whoever does the work next.",
    "",
    "## What comes of it",
    "",
    "- A command that was obeyed gets a 🚀; one that was not gets a 😕 and a reply that says why. A command is obeyed once. Where no run is,",
    "  `help` is answered, and any other command gets a 👀 and a reply that says where it belongs.",
    "- Commands are found by listing comments, not by events: one whose event was lost is found by the next pass, within the hour in the",
    "  Action and at the next look of the App.",
    "- A mistyped command is answered with the nearest one.",
    "",
    ...COMMANDS.flatMap(({ name, form, does, example, answer }) => [
      `## ${name === null ? "Asking for a run" : `\`${name}\``}`,
      "",
      `    /orchestrate ${form}`,
      "",
      `${does} For instance \`/orchestrate ${example}\`.`,
      "",
      `Answer: ${answer}`,
      "",
      ...(name === null ? flags() : []),
      ...(name === "claim" ? CLAIMS : []),
      ...(name === "replan" ? REPLANS : []),
    ]),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

const flags = (): string[] => [
  "| flag | |",
  "|---|---|",
  ...FLAG_GUARDS.map(({ flag, is }) => `| \`${flag} VALUE\` | ${is} |`),
  ...SWITCHES.map(({ flag, does }) => `| \`${flag}\` | ${does} |`),
  "",
];

const CLAIMS = [
  "Open a pull request from a branch of the repository itself into the run's integration branch, `roundtable/<run>/main`. One of the first ten",
  "lines of its body closes the unit's issue, and no other: `Closes #15`. While it is a draft it is left alone. At each head that is ready it is",
  "verified and reviewed; what is not in order waits for your next push, no agent mends it. Its text stays yours. A pull request of a fork is",
  "never looked at: nothing of it is run or landed.",
  "",
  "A bot from outside, such as an agent that was given the issue, takes a unit that nobody has begun by opening such a pull request.",
  "",
  "The claim ends when nothing new comes for `claim_hours` ([configuration](configuration.md), 72 by default) while it is your turn; agents then",
  "begin the unit anew, and the tracking issue says so.",
  "",
];

const REPLANS = [
  "Units are known by their ids: keep the id of what has landed, and give new tasks ids that were not used. A unit counts as changed when its",
  "title, its text, its sub-tasks or a requirement that it names say something else; ticked boxes change nothing. What is new in a unit that has",
  "landed is not done: it is listed as left out, for a unit of its own. Code that has come to the base branch is merged in at the end of the run,",
  "as ever. A planning model is not asked again.",
  "",
];
