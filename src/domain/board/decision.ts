import type { Decision } from "../run/journal.ts";
import { marker } from "../run/names.ts";
import type { RunView } from "../run/view.ts";
import { harmless, harmlessLine, outsideCode } from "../text/harmless.ts";
import { cap } from "./body.ts";

/** Asked once, answered by command only; a question is never edited into an answer. */
export function decisionBody(
  view: RunView,
  id: string,
  decision: Pick<Decision, "question" | "options"> & Partial<Pick<Decision, "unit" | "default" | "deadline">>,
): string {
  const unit = decision.unit == null ? undefined : view.byId.get(decision.unit);
  return cap([
    `### Decision ${id}`,
    "",
    ...(unit ? [`About ${harmlessLine(unit.unit.id, 40)}. ${harmlessLine(unit.unit.title, 180)}`, ""] : []),
    harmlessLine(decision.question, 3000),
    "",
    ...decision.options.map(
      (option, at) => `${at + 1}. ${harmlessLine(option.text, 500)}: \`/orchestrate decide ${id} ${at + 1}\``,
    ),
    "",
    "Answer in a new comment whose first line is one of these commands; it takes write access.",
    defaultOf(decision),
    "",
    marker("decision", { run: view.state.run, id }),
  ]);
}

const defaultOf = ({ default: option, deadline }: Partial<Pick<Decision, "default" | "deadline">>): string =>
  option == null || deadline == null
    ? "There is no default: it waits for you."
    : `Without an answer, ${option} holds from ${deadline.slice(0, 16).replace("T", " ")} UTC on; it can be undone.`;

/** Calls the one who confirmed the plan; a login is letters, digits and hyphens. */
export function reminderBody(view: RunView, id: string, mark: string): string {
  const { consent, ask, decisions } = view.state;
  const login = (consent ?? ask).by;
  const who = /^[\w-]+$/.test(login) ? `@${login}: ` : "";
  const question = harmlessLine(decisions[id]!.question, 1000);
  return cap([`${who}decision ${id} has waited for more than a day. ${question}`, "", mark]);
}

export const replyBody = ({
  run,
  comment,
  sentence,
}: {
  run: number;
  comment: number;
  sentence: string;
}): string => cap([replyText(sentence), "", marker("run", { run, reply: comment })]);

/** Replies quote commands, like `skip <unit>`, in code. */
const replyText = (sentence: string): string =>
  outsideCode(sentence, (part) => harmless(part, { max: 20_000 }).replaceAll(/(`|~){3,}/g, "…"));

export const helpBody = (commands: readonly { form: string; does: string }[]): string =>
  ["Commands:", "", ...commandLines(commands)].join("\n");

export const commandLines = (commands: readonly { form: string; does: string }[]): string[] =>
  commands.map(({ form, does }) => `- \`/orchestrate ${form}\`: ${does}`);
