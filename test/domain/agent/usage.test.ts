/** What answers tell of what they took, in each dialect; what is charged where they were cut off. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../src/domain/agent/backend.ts";
import { readUsage, tokensOf, usdOf, type Told } from "../../../src/domain/agent/usage.ts";

const sse = (...events: object[]): string =>
  events.map((event) => `event: x\ndata: ${JSON.stringify(event)}\n\n`).join("");

const ANTHROPIC = {
  input_tokens: 10,
  cache_read_input_tokens: 200,
  cache_creation_input_tokens: 30,
  output_tokens: 1,
};
const RESPONSES = {
  input_tokens: 120,
  input_tokens_details: { cached_tokens: 100 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 5 },
};
const CHAT = { prompt_tokens: 50, completion_tokens: 9, prompt_tokens_details: { cached_tokens: 40 } };
const GEMINI = {
  promptTokenCount: 80,
  toolUsePromptTokenCount: 5,
  candidatesTokenCount: 6,
  thoughtsTokenCount: 4,
  cachedContentTokenCount: 60,
};
const NOTHING: Told = { tokens: {}, isLast: false };

describe("an answer tells", () => {
  const ROWS: [what: string, dialect: Dialect, body: string, told: Told][] = [
    [
      "all, Anthropic, whole",
      "anthropic",
      JSON.stringify({ type: "message", usage: { ...ANTHROPIC, output_tokens: 9 } }),
      { tokens: { input: 240, output: 9, cachedRead: 200, cachedWrite: 30 }, isLast: true },
    ],
    [
      "all, Anthropic, as a stream: the last event tells only what came out",
      "anthropic",
      sse(
        { type: "message_start", message: { usage: ANTHROPIC } },
        { type: "content_block_delta", delta: { text: "x" } },
        { type: "message_delta", usage: { output_tokens: 77 } },
        { type: "message_stop" },
      ),
      { tokens: { input: 240, output: 77, cachedRead: 200, cachedWrite: 30 }, isLast: true },
    ],
    [
      "all, Anthropic, where a gateway's last event tells zeros of what went in",
      "anthropic",
      sse(
        { type: "message_start", message: { usage: ANTHROPIC } },
        { type: "message_delta", usage: { input_tokens: 0, output_tokens: 77 } },
      ),
      { tokens: { input: 240, output: 77, cachedRead: 200, cachedWrite: 30 }, isLast: true },
    ],
    [
      "what went in, Anthropic, cut off",
      "anthropic",
      `${sse({ type: "message_start", message: { usage: ANTHROPIC } })}event: content_block_delta\ndata: {"type":"cont`,
      { tokens: { input: 240, output: 1, cachedRead: 200, cachedWrite: 30 }, isLast: false },
    ],
    [
      "all, Responses, whole",
      "openai-responses",
      JSON.stringify({ object: "response", usage: RESPONSES }),
      { tokens: { input: 120, output: 7, cachedRead: 100 }, isLast: true },
    ],
    [
      "all, Responses, as a stream",
      "openai-responses",
      sse(
        { type: "response.created", response: { usage: null } },
        { type: "response.completed", response: { usage: RESPONSES } },
      ),
      { tokens: { input: 120, output: 7, cachedRead: 100 }, isLast: true },
    ],
    [
      "nothing, Responses, cut off",
      "openai-responses",
      sse({ type: "response.created", response: { usage: null } }),
      NOTHING,
    ],
    [
      "all, chat, whole",
      "openai-chat",
      JSON.stringify({ object: "chat.completion", usage: CHAT }),
      { tokens: { input: 50, output: 9, cachedRead: 40 }, isLast: true },
    ],
    [
      "all, chat, as a stream with its last mark",
      "openai-chat",
      `${sse({ choices: [{}], usage: null }, { choices: [], usage: CHAT })}data: [DONE]\n\n`,
      { tokens: { input: 50, output: 9, cachedRead: 40 }, isLast: true },
    ],
    ["nothing, chat, cut off", "openai-chat", sse({ choices: [{}], usage: null }), NOTHING],
    [
      "all, Gemini, whole",
      "gemini",
      JSON.stringify({ candidates: [{ finishReason: "STOP" }], usageMetadata: GEMINI }),
      { tokens: { input: 85, output: 10, cachedRead: 60 }, isLast: true },
    ],
    [
      "all, Gemini, as a list of chunks",
      "gemini",
      JSON.stringify([
        { candidates: [{}], usageMetadata: { promptTokenCount: 80, candidatesTokenCount: 2 } },
        { candidates: [{ finishReason: "STOP" }], usageMetadata: GEMINI },
      ]),
      { tokens: { input: 85, output: 10, cachedRead: 60 }, isLast: true },
    ],
    [
      "what it has so far, Gemini, cut off",
      "gemini",
      sse({ candidates: [{}], usageMetadata: { promptTokenCount: 80, candidatesTokenCount: 2 } }),
      { tokens: { input: 80, output: 2, cachedRead: 0 }, isLast: false },
    ],
    [
      "all, Gemini, where the question was blocked",
      "gemini",
      JSON.stringify({ promptFeedback: { blockReason: "SAFETY" }, usageMetadata: { promptTokenCount: 80 } }),
      { tokens: { input: 80, cachedRead: 0 }, isLast: true },
    ],
    [
      "nothing that is no number",
      "openai-chat",
      JSON.stringify({ usage: { prompt_tokens: "9", completion_tokens: -1 } }),
      { tokens: { cachedRead: 0 }, isLast: true },
    ],
    ["nothing in another dialect", "gemini", JSON.stringify({ usage: CHAT }), NOTHING],
    ["nothing when it is empty", "anthropic", "", NOTHING],
  ];
  it.each(ROWS.map(([what, dialect, body, told]) => ({ what, dialect, body, told })))(
    "$what",
    ({ dialect, body, told }) => {
      expect(readUsage(dialect, body)).toEqual(told);
    },
  );

  it("something or nothing, whatever the bytes: never an error", () => {
    const dialect = fc.constantFrom<Dialect[]>("anthropic", "openai-responses", "openai-chat", "gemini");
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((text) => `data: ${text}\n`),
    );
    fc.assert(
      fc.property(dialect, body, (of, text) => {
        expect(Object.values(readUsage(of, text).tokens).every((value) => value >= 0)).toBe(true);
      }),
    );
  });
});

describe("an exchange is charged", () => {
  const sizes = { sent: 400, received: 8000, isStream: true };
  it.each([
    { what: "what it told", told: { tokens: { input: 5, output: 2 }, isLast: true }, input: 5, output: 2 },
    {
      what: "nothing it told nothing of at its end",
      told: { tokens: {}, isLast: true },
      input: 0,
      output: 0,
    },
    { what: "its length, where it was cut off", told: NOTHING, input: 100, output: 200 },
    {
      what: "what it told of before it was cut off",
      told: { tokens: { input: 5, output: 999 }, isLast: false },
      input: 5,
      output: 999,
    },
    {
      what: "its length, where what it told has not grown yet",
      told: { tokens: { input: 5, output: 1 }, isLast: false },
      input: 5,
      output: 200,
    },
  ])("with $what", ({ told, input, output }) => {
    expect(tokensOf(told, sizes)).toMatchObject({ input, output });
  });

  it("with no more from a cache than went in", () => {
    const told = { tokens: { input: 10, cachedRead: 90, cachedWrite: 5 }, isLast: true };
    expect(tokensOf(told, sizes)).toEqual({ input: 10, output: 0, cachedRead: 10, cachedWrite: 0 });
  });
});

it.each([
  {
    what: "each kind at its price",
    price: { cached_read: 0.3, cached_write: 3.75 },
    usd: 0.003 + 0.0006 + 0.00375 + 0.015,
  },
  { what: "the cache at the price of what goes in", price: {}, usd: 0.003 + 0.006 + 0.003 + 0.015 },
])("money: $what", ({ price, usd }) => {
  const tokens = { input: 4000, output: 1000, cachedRead: 2000, cachedWrite: 1000 };
  expect(usdOf(tokens, { input: 3, output: 15, ...price })).toBeCloseTo(usd, 10);
});
