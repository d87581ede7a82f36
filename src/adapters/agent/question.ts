/** What the body of a request asks for, as far as the key proxy reads it. */
import type { Dialect } from "../../domain/agent/backend.ts";

export type Question = Readonly<Record<string, unknown>>;

interface Body {
  dialect: Dialect;
  sent: Buffer;
  question: Question | null;
  isHeld: boolean;
}

/**
 * A chat streams without a word on what it took unless it is asked for that. Under a cap the vendor reads what was read here,
 * not what else a body may say to another reader.
 */
export function bodyFor({ dialect, sent, question, isHeld }: Body): Buffer {
  if (question === null) return sent;
  if (dialect !== "openai-chat" || question["stream"] !== true)
    return isHeld ? Buffer.from(JSON.stringify(question)) : sent;
  const options = question["stream_options"];
  const stream_options = { ...(typeof options === "object" ? options : {}), include_usage: true };
  return Buffer.from(JSON.stringify({ ...question, stream_options }));
}

/** In the path of Gemini, else in the body. */
export function modelIn({ pathname }: URL, question: Question | null): string | null {
  const named = /\/models\/([^:/]+):/.exec(pathname)?.[1] ?? question?.["model"];
  return typeof named === "string" ? named.slice(0, 200) : null;
}

export function questionIn(body: Buffer): Question | null {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
