/**
 * What an answer of a model says that it took, in the four dialects, as one JSON document or as a stream of events; and
 * what that costs. An answer that was cut off before it said so is counted by its length.
 */
import { z } from "zod";
import type { Price } from "../config-agents.ts";
import type { Dialect } from "./backend.ts";

export interface Tokens {
  /** All that went in, from a cache or not. */
  input: number;
  output: number;
  /** Of `input`: read from a cache. */
  cachedRead: number;
  /** Of `input`: written to a cache. */
  cachedWrite: number;
}

export const NO_TOKENS: Tokens = { input: 0, output: 0, cachedRead: 0, cachedWrite: 0 };

export interface Told {
  tokens: Partial<Tokens>;
  /** Nothing more comes: what is not told is none. */
  isLast: boolean;
}

const count = z.number().min(0).nullish().catch(null);
const details = z.object({ cached_tokens: count }).nullish().catch(null);

const Anthropic = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
});
const Responses = z.object({ input_tokens: count, output_tokens: count, input_tokens_details: details });
const Chat = z.object({ prompt_tokens: count, completion_tokens: count, prompt_tokens_details: details });
const Gemini = z.object({
  promptTokenCount: count,
  toolUsePromptTokenCount: count,
  candidatesTokenCount: count,
  thoughtsTokenCount: count,
  cachedContentTokenCount: count,
});

type Document = Readonly<Record<string, unknown>>;

/** By dialect: what one document, or one event of a stream, tells; null where it tells nothing. */
const READERS: Readonly<Record<Dialect, (document: Document) => Told | null>> = {
  anthropic: (document) => {
    const usage = Anthropic.safeParse(field(document, "message")["usage"] ?? document["usage"]);
    if (!usage.success) return null;
    const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = usage.data;
    const [read, write] = [cache_read_input_tokens ?? 0, cache_creation_input_tokens ?? 0];
    return {
      tokens: {
        ...(input_tokens != null && { input: input_tokens + read + write }),
        ...(output_tokens != null && { output: output_tokens }),
        cachedRead: read,
        cachedWrite: write,
      },
      isLast: document["type"] !== "message_start",
    };
  },
  "openai-responses": (document) => {
    const usage = Responses.safeParse(field(document, "response")["usage"] ?? document["usage"]);
    if (!usage.success) return null;
    const { input_tokens, output_tokens, input_tokens_details } = usage.data;
    return whole({ input: input_tokens, output: output_tokens, read: input_tokens_details?.cached_tokens });
  },
  "openai-chat": (document) => {
    const usage = Chat.safeParse(document["usage"]);
    if (!usage.success) return null;
    const { prompt_tokens, completion_tokens, prompt_tokens_details } = usage.data;
    return whole({
      input: prompt_tokens,
      output: completion_tokens,
      read: prompt_tokens_details?.cached_tokens,
    });
  },
  gemini: (document) => {
    const usage = Gemini.safeParse(document["usageMetadata"]);
    if (!usage.success) return null;
    const told = usage.data;
    const { candidates } = document;
    const isLast =
      field(document, "promptFeedback")["blockReason"] !== undefined ||
      (Array.isArray(candidates) && candidates.some((one) => asDocument(one)["finishReason"] != null));
    return {
      ...whole({
        input: sum(told.promptTokenCount, told.toolUsePromptTokenCount),
        output: sum(told.candidatesTokenCount, told.thoughtsTokenCount),
        read: told.cachedContentTokenCount,
      }),
      isLast,
    };
  },
};

interface Counts {
  input: number | null | undefined;
  output: number | null | undefined;
  read: number | null | undefined;
}

const whole = ({ input, output, read }: Counts): Told => ({
  tokens: {
    ...(input != null && { input }),
    ...(output != null && { output }),
    cachedRead: read ?? 0,
  },
  isLast: true,
});

const sum = (a: number | null | undefined, b: number | null | undefined): number | null =>
  a == null && b == null ? null : (a ?? 0) + (b ?? 0);

const asDocument = (value: unknown): Document =>
  typeof value === "object" && value !== null ? { ...value } : {};
const field = (document: Document, name: string): Document => asDocument(document[name]);

/** The body of an answer, or what came of it. */
export function readUsage(dialect: Dialect, body: string): Told {
  const told: Told = { tokens: {}, isLast: false };
  for (const document of documentsIn(body)) {
    const more = READERS[dialect](document);
    if (more === null) continue;
    told.isLast ||= more.isLast;
    // Counts of one answer only grow: a later event may tell them anew, or leave out what one before it has told.
    for (const [key, value] of Object.entries(more.tokens) as [keyof Tokens, number][])
      told.tokens[key] = Math.max(told.tokens[key] ?? 0, value);
  }
  return told;
}

function documentsIn(body: string): Document[] {
  const text = body.trimStart();
  if (text.startsWith("{") || text.startsWith("[")) return parsed(text);
  return text
    .split(/\r?\n|\r/)
    .flatMap((line) => (line.startsWith("data:") ? parsed(line.slice("data:".length)) : []));
}

function parsed(text: string): Document[] {
  try {
    const value: unknown = JSON.parse(text);
    return (Array.isArray(value) ? value : [value]).map(asDocument);
  } catch {
    return [];
  }
}

/** Roughly; most of a stream is the envelope of its events. */
const BYTES_A_TOKEN = { plain: 4, stream: 40 };

/** What an exchange is charged with that has told all, some or nothing yet. */
export function tokensOf(
  { tokens, isLast }: Told,
  { sent, received, isStream }: { sent: number; received: number; isStream: boolean },
): Tokens {
  if (isLast) return within({ ...NO_TOKENS, ...tokens });
  const output = Math.ceil(received / BYTES_A_TOKEN[isStream ? "stream" : "plain"]);
  return within({
    ...NO_TOKENS,
    ...tokens,
    input: tokens.input ?? Math.ceil(sent / BYTES_A_TOKEN.plain),
    output: Math.max(tokens.output ?? 0, output),
  });
}

/** What came from a cache is a part of what went in, whatever an answer says. */
function within({ input, output, cachedRead, cachedWrite }: Tokens): Tokens {
  const read = Math.min(cachedRead, input);
  return { input, output, cachedRead: read, cachedWrite: Math.min(cachedWrite, input - read) };
}

export const addTokens = (all: readonly Tokens[]): Tokens =>
  all.reduce(
    (total, { input, output, cachedRead, cachedWrite }) => ({
      input: total.input + input,
      output: total.output + output,
      cachedRead: total.cachedRead + cachedRead,
      cachedWrite: total.cachedWrite + cachedWrite,
    }),
    NO_TOKENS,
  );

const PER_MILLION = 1_000_000;

/** In US dollars. */
export function usdOf({ input, output, cachedRead, cachedWrite }: Tokens, price: Price): number {
  const plain = input - cachedRead - cachedWrite;
  const read = cachedRead * (price.cached_read ?? price.input);
  const write = cachedWrite * (price.cached_write ?? price.input);
  return (plain * price.input + read + write + output * price.output) / PER_MILLION;
}
