import type { Decision } from "../run/journal.ts";
import { marker } from "../run/names.ts";
import type { RunView } from "../run/view.ts";
import { harmlessLine } from "../text/harmless.ts";
import { cap } from "./pull.ts";

/** Asked once, answered by command only; a question is never edited into an answer. */
export function decisionBody(
  view: RunView,
  id: string,
  decision: Pick<Decision, "question" | "options">,
): string {
  return cap([
    `### Decision ${id}`,
    "",
    harmlessLine(decision.question, 3000),
    "",
    ...decision.options.map(
      (option, at) => `${at + 1}. ${harmlessLine(option.text, 500)}: \`/orchestrate decide ${id} ${at + 1}\``,
    ),
    "",
    marker("decision", { run: view.state.run, id }),
  ]);
}

export const replyBody = ({
  run,
  comment,
  sentence,
}: {
  run: number;
  comment: number;
  sentence: string;
}): string => cap([sentence, "", marker("run", { run, reply: comment })]);

export const helpBody = (commands: readonly { form: string; does: string }[]): string =>
  ["Commands:", "", ...commands.map(({ form, does }) => `- \`/orchestrate ${form}\`: ${does}`)].join("\n");
