/** The pull request that adds to AGENTS.md; its lines are read in its diff. */
import { marker } from "../run/names.ts";
import type { RunView } from "../run/view.ts";
import { harmlessLine } from "../text/harmless.ts";
import { cap } from "./body.ts";

export const learningsPullTitle = ({ state }: RunView): string =>
  `${harmlessLine(state.spec.name, 120)}: what run #${state.run} learned, for AGENTS.md`;

export const learningsPullBody = ({ state }: RunView): string =>
  cap([
    `The agents of run #${state.run} said these lines, on the way to work that has landed. They change AGENTS.md and nothing else.`,
    "",
    "Agents will obey what stands there, so weigh each line: is it true, will it hold for the next work, and do you want it? Delete the others on this branch before you merge. Roundtable does not merge it, and does not wait for it.",
    "",
    marker("pr", { run: state.run, part: "learnings" }),
  ]);
