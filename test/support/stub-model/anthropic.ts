/** Anthropic Messages. */
import { z } from "zod";
import { USED, type Dialect, type Frame } from "./turn.ts";

const Request = z.object({
  model: z.string(),
  tools: z.array(z.object({ name: z.string() })).default([]),
  messages: z.array(z.object({ content: z.union([z.string(), z.array(z.object({ type: z.string() }))]) })),
});

const frame = (type: string, data: object): Frame => ({ event: type, data: { type, ...data } });

function message(
  model: string,
  { block, delta, stop }: { block: object; delta: object; stop: string },
): Frame[] {
  return [
    frame("message_start", {
      message: {
        id: "msg_1",
        type: "message",
        role: "assistant",
        model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: {
          input_tokens: USED.input - USED.cached,
          cache_read_input_tokens: USED.cached,
          cache_creation_input_tokens: 0,
          output_tokens: 1,
        },
      },
    }),
    frame("content_block_start", { index: 0, content_block: block }),
    frame("content_block_delta", { index: 0, delta }),
    frame("content_block_stop", { index: 0 }),
    frame("message_delta", {
      delta: { stop_reason: stop, stop_sequence: null },
      usage: { output_tokens: USED.output },
    }),
    frame("message_stop", {}),
  ];
}

const text = (model: string, said: string, stop: string): Frame[] =>
  message(model, { block: { type: "text", text: "" }, delta: { type: "text_delta", text: said }, stop });

export const anthropic: Dialect = {
  path: /^\/v1\/messages$/,
  key: (header) => header("x-api-key") ?? header("authorization")?.replace(/^Bearer /, ""),
  read: (body) => {
    const { model, tools, messages } = Request.parse(body);
    const results = messages.flatMap(({ content }) =>
      typeof content === "string" ? [] : content.filter(({ type }) => type === "tool_result"),
    );
    return { model, tools: tools.map(({ name }) => name), results: results.length };
  },
  says: (model, said) => text(model, said, "end_turn"),
  calls: (model, { tool, input }) =>
    message(model, {
      block: { type: "tool_use", id: `toolu_${Math.random().toString(36).slice(2)}`, name: tool, input: {} },
      delta: { type: "input_json_delta", partial_json: JSON.stringify(input) },
      stop: "tool_use",
    }),
  refuses: (model, said) => text(model, said, "refusal"),
  error: (status, said) => ({
    type: "error",
    error: { type: TYPES[status] ?? "api_error", message: said },
  }),
};

const TYPES: Partial<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  429: "rate_limit_error",
};
