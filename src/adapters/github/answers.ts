/**
 * Reads what GitHub answers, as it is. Octokit's own reader looks at each number for one that is too large for
 * JavaScript, of which GitHub's JSON has none, and gives what breaks off as if it were the whole.
 */
import { Buffer } from "node:buffer";
import type { Octokit } from "@octokit/rest";
import { outOfReach } from "./refusals.ts";

/** For an Octokit that does not read them: `parseSuccessResponseBody` is false. */
export function readAnswers({ hook }: Octokit): void {
  hook.wrap("request", async (send, request) => {
    const answer = await send(request);
    const body = answer.data as AsyncIterable<Uint8Array> | string | null;
    // So it gives an answer that has no body by its status.
    if (typeof body === "string") return answer;
    const bytes = await whole(body ?? []);
    return { ...answer, data: dataIn(bytes, answer.headers["content-type"] ?? "") };
  });
}

async function whole(body: AsyncIterable<Uint8Array> | Uint8Array[]): Promise<Uint8Array> {
  try {
    return Buffer.concat(await Array.fromAsync(body));
  } catch {
    throw outOfReach("its answer broke off");
  }
}

const UTF8 = new TextDecoder();

function dataIn(bytes: Uint8Array, type: string): unknown {
  if (/^text\/html\b/.test(type)) throw outOfReach("a page of HTML came in place of its answer");
  const isJson = /^application\/(?:[\w.+-]+\+)?json\b/.test(type);
  if (!isJson && !type.startsWith("text/")) return bytes;
  const text = UTF8.decode(bytes);
  if (!isJson) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw outOfReach("its answer is no JSON");
  }
}
