/** OpenAI Responses. */
import { z } from "zod";
import { USED, type Dialect, type Frame } from "./turn.ts";

const Request = z.object({
  model: z.string(),
  tools: z.array(z.object({ name: z.string().optional() })).default([]),
  input: z.array(z.object({ type: z.string().optional() })),
});

type Step = { type: string } & Record<string, unknown>;

function response(model: string, { item, steps }: { item: object; steps: readonly Step[] }): Frame[] {
  const head = { id: "resp_1", object: "response", created_at: 0, model, output: [] };
  const done = {
    ...head,
    status: "completed",
    output: [item],
    usage: {
      input_tokens: USED.input,
      input_tokens_details: { cached_tokens: USED.cached },
      output_tokens: USED.output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: USED.input + USED.output,
    },
  };
  const all: Step[] = [
    { type: "response.created", response: { ...head, status: "in_progress" } },
    { type: "response.in_progress", response: { ...head, status: "in_progress" } },
    ...steps,
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: done },
  ];
  return all.map((data, sequence_number) => ({ event: data.type, data: { ...data, sequence_number } }));
}

function message(model: string, part: Record<string, unknown> & { type: string }, text: string): Frame[] {
  const kind = part.type === "refusal" ? "refusal" : "output_text";
  const head = { type: "message", id: "msg_1", role: "assistant" };
  const at = { item_id: "msg_1", output_index: 0, content_index: 0 };
  const item = { ...head, status: "completed", content: [part] };
  const empty = kind === "refusal" ? { type: kind, refusal: "" } : { type: kind, text: "", annotations: [] };
  return response(model, {
    item,
    steps: [
      {
        type: "response.output_item.added",
        output_index: 0,
        item: { ...head, status: "in_progress", content: [] },
      },
      { type: "response.content_part.added", ...at, part: empty },
      { type: `response.${kind}.delta`, ...at, delta: text },
      { type: `response.${kind}.done`, ...at, [kind === "refusal" ? "refusal" : "text"]: text },
      { type: "response.content_part.done", ...at, part },
    ],
  });
}

export const responses: Dialect = {
  path: /^\/v1\/responses$/,
  key: (header) => header("authorization")?.replace(/^Bearer /, ""),
  read: (body) => {
    const { model, tools, input } = Request.parse(body);
    const results = input.filter(({ type }) => /^(function|custom_tool)_call_output$/.test(type ?? ""));
    return { model, tools: tools.flatMap(({ name }) => name ?? []), results: results.length };
  },
  says: (model, text) => message(model, { type: "output_text", text, annotations: [] }, text),
  calls: (model, { tool, input }) => {
    const call = `call_${Math.random().toString(36).slice(2)}`;
    const written = JSON.stringify(input);
    const head = { type: "function_call", id: `fc_${call}`, call_id: call, name: tool };
    const at = { item_id: head.id, output_index: 0 };
    return response(model, {
      item: { ...head, arguments: written, status: "completed" },
      steps: [
        {
          type: "response.output_item.added",
          output_index: 0,
          item: { ...head, arguments: "", status: "in_progress" },
        },
        { type: "response.function_call_arguments.delta", ...at, delta: written },
        { type: "response.function_call_arguments.done", ...at, arguments: written },
      ],
    });
  },
  refuses: (model, refusal) => message(model, { type: "refusal", refusal }, refusal),
  error: (status, said) => {
    const type =
      status >= 500 ? "server_error" : status === 429 ? "rate_limit_error" : "invalid_request_error";
    return { error: { message: said, type, param: null, code: status === 401 ? "invalid_api_key" : null } };
  },
};
