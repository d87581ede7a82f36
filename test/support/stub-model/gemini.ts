/** Gemini's generateContent, streamed. */
import { z } from "zod";
import { USED, type Dialect, type Frame } from "./turn.ts";

const Request = z.object({
  tools: z
    .array(z.object({ functionDeclarations: z.array(z.object({ name: z.string() })).default([]) }))
    .default([]),
  contents: z.array(
    z.object({ parts: z.array(z.object({ functionResponse: z.unknown().optional() })).default([]) }),
  ),
});

const chunk = (modelVersion: string, candidate: object): Frame[] => [
  {
    data: {
      candidates: [{ index: 0, ...candidate }],
      usageMetadata: {
        promptTokenCount: USED.input,
        cachedContentTokenCount: USED.cached,
        candidatesTokenCount: USED.output,
        thoughtsTokenCount: 0,
        totalTokenCount: USED.input + USED.output,
      },
      modelVersion,
    },
  },
];
const content = (part: object): object => ({ role: "model", parts: [part] });

export const gemini: Dialect = {
  path: /^\/v1beta\/models\/[^/:]+:streamGenerateContent$/,
  key: (header) => header("x-goog-api-key"),
  read: (body, path) => {
    const { tools, contents } = Request.parse(body);
    const results = contents.flatMap(({ parts }) =>
      parts.filter(({ functionResponse }) => functionResponse !== undefined),
    );
    return {
      model: /models\/([^/:]+):/.exec(path)?.[1] ?? "",
      tools: tools.flatMap(({ functionDeclarations }) => functionDeclarations.map(({ name }) => name)),
      results: results.length,
    };
  },
  says: (model, text) => chunk(model, { content: content({ text }), finishReason: "STOP" }),
  calls: (model, { tool, input }) =>
    chunk(model, {
      content: content({
        functionCall: { id: `call_${Math.random().toString(36).slice(2)}`, name: tool, args: input },
      }),
      finishReason: "STOP",
    }),
  refuses: (model, text) => chunk(model, { content: content({ text }), finishReason: "SAFETY" }),
  error: (status, message) => ({
    error: { code: status, message, status: status === 429 ? "RESOURCE_EXHAUSTED" : "INTERNAL" },
  }),
};
