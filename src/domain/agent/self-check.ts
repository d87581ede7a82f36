/** Within one attempt: red verify commands are shown to the agent that did the work, and it goes on from what it left. */
import type { Usage, VerifyStep } from "../handover/result.ts";
import { fenced } from "../text/harmless.ts";
import { AgentAnswer } from "./answer.ts";

/** How often an agent is sent back in one attempt; then the work is handed over as it is. */
export const MAX_SELF_CHECKS = 3;

/** Stands at the end of the brief. */
export const selfCheckSection = (round: number, { command, code, tail }: VerifyStep): string =>
  `## Self-check ${round} of ${MAX_SELF_CHECKS}: red

Your work of this attempt stands in the working tree. After it, this command ended with ${code ?? "a signal"}:

${fenced(command)}

Its last words:

${fenced(tail, 8000)}

Find the cause and mend it in the work; never by weakening a test or the command. Then answer as above, for the attempt as a whole.
`;

/** What is said of the attempt as a whole after it was mended: the last word on its outcome, everything else of both. */
export function joinAnswers(first: AgentAnswer, mended: AgentAnswer): AgentAnswer {
  const tasks = new Map([...first.tasks, ...mended.tasks].map((task) => [task.id, task]));
  return AgentAnswer.parse({
    ...mended,
    summary: [first.summary, mended.summary].filter((text) => text !== "").join("\n\nThen: "),
    tasks: [...tasks.values()],
    outOfScope: [...new Set([...first.outOfScope, ...mended.outOfScope])],
    learnings: [...new Set([...first.learnings, ...mended.learnings])],
    handover: mended.handover ?? first.handover,
    usage: addUsage(first.usage ?? null, mended.usage ?? null),
  });
}

/** Of what is not known no sum is known. */
function addUsage(first: Usage | null, second: Usage | null): Usage | null {
  if (first === null || second === null) return null;
  const sum = (key: "input" | "output" | "cached" | "usd"): number | null => {
    const [a, b] = [first[key], second[key]];
    return a === null || b === null ? null : a + b;
  };
  return {
    model: second.model,
    input: sum("input"),
    output: sum("output"),
    cached: sum("cached"),
    usd: sum("usd"),
  };
}
