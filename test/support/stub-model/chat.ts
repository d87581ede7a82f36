/** OpenAI chat completions. */
import { z } from "zod";
import { responses } from "./responses.ts";
import { USED, type Dialect, type Frame } from "./turn.ts";

const Request = z.object({
  model: z.string(),
  tools: z.array(z.object({ function: z.object({ name: z.string() }).optional() })).default([]),
  messages: z.array(z.object({ role: z.string() })),
});

function completion(model: string, delta: object, finish: string): Frame[] {
  const head = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 0, model };
  const choice = (one: object, finish_reason: string | null): Frame => ({
    data: { ...head, choices: [{ index: 0, delta: one, finish_reason }] },
  });
  return [
    choice({ role: "assistant" }, null),
    choice(delta, null),
    choice({}, finish),
    {
      data: {
        ...head,
        choices: [],
        usage: {
          prompt_tokens: USED.input,
          completion_tokens: USED.output,
          total_tokens: USED.input + USED.output,
          prompt_tokens_details: { cached_tokens: USED.cached },
          completion_tokens_details: { reasoning_tokens: 0 },
        },
      },
    },
    { data: "[DONE]" },
  ];
}

export const chat: Dialect = {
  path: /^\/v1\/chat\/completions$/,
  key: responses.key,
  read: (body) => {
    const { model, tools, messages } = Request.parse(body);
    const results = messages.filter(({ role }) => role === "tool");
    return { model, tools: tools.flatMap((tool) => tool.function?.name ?? []), results: results.length };
  },
  says: (model, content) => completion(model, { content }, "stop"),
  calls: (model, { tool, input }) => {
    const id = `call_${Math.random().toString(36).slice(2)}`;
    const call = {
      index: 0,
      id,
      type: "function",
      function: { name: tool, arguments: JSON.stringify(input) },
    };
    return completion(model, { tool_calls: [call] }, "tool_calls");
  },
  refuses: (model, refusal) => completion(model, { refusal }, "content_filter"),
  error: responses.error,
};
