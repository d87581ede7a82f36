/** The stub of a model, asked as the programs ask it: what its four dialects send is what their clients can read. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stubModel, type StubModel } from "../../support/stub-model/server.ts";
import { inTurns } from "../../support/stub-model/turn.ts";

let stub: StubModel;
beforeAll(async () => {
  stub = await stubModel(inTurns({ say: "hello" }));
});
afterAll(() => stub.close());

const DIALECTS = [
  {
    name: "anthropic",
    path: "/v1/messages?beta=true",
    body: { model: "m", tools: [{ name: "Write" }], messages: [{ role: "user", content: "x" }] },
    result: { messages: [{ role: "user", content: [{ type: "tool_result", tool_use_id: "1" }] }] },
  },
  {
    name: "responses",
    path: "/v1/responses",
    body: { model: "m", tools: [{ type: "function", name: "exec_command" }], input: [{ type: "message" }] },
    result: { input: [{ type: "function_call_output", call_id: "1" }] },
  },
  {
    name: "chat",
    path: "/v1/chat/completions",
    body: { model: "m", tools: [{ function: { name: "write" } }], messages: [{ role: "user" }] },
    result: { messages: [{ role: "tool" }] },
  },
  {
    name: "gemini",
    path: "/v1beta/models/m:streamGenerateContent?alt=sse",
    body: {
      tools: [{ functionDeclarations: [{ name: "write_file" }] }],
      contents: [{ parts: [{ text: "x" }] }],
    },
    result: { contents: [{ parts: [{ functionResponse: { name: "write_file" } }] }] },
  },
];

const ask = (path: string, body: object, key = "stub-key"): Promise<Response> =>
  fetch(`${stub.origin}${path}`, {
    method: "POST",
    headers: { "x-api-key": key, authorization: `Bearer ${key}`, "x-goog-api-key": key },
    body: JSON.stringify(body),
  });
const write = { write: { path: "/w/a b.txt", content: "line\n" } };

describe.each(DIALECTS)("$name", ({ path, body, result }) => {
  it("calls the tool that was offered, and after its result says its words", async () => {
    stub.play(inTurns(write, { say: "I did it" }));
    const call = await (await ask(path, body)).text();
    expect(call).toContain("/w/a b.txt");
    expect(call).toMatch(/^(event: .*\n)?data: \{/);
    const words = await (await ask(path, { ...body, ...result })).text();
    expect(words).toContain("I did it");
    expect(words).not.toContain("a b.txt");
    expect(stub.asked.map(({ model, results }) => [model, results])).toEqual([
      ["m", 0],
      ["m", 1],
    ]);
  });

  it("tells what it took", async () => {
    stub.play(inTurns({ say: "x" }));
    const said = await (await ask(path, body)).text();
    expect(said).toMatch(/400/);
    expect(said).toMatch(/50/);
  });

  it("fails as it is told to", async () => {
    stub.play(inTurns({ status: 429, retryAfter: 7 }));
    const limited = await ask(path, body);
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "7"]);
    stub.play(inTurns({ status: 500 }));
    expect((await ask(path, body)).status).toBe(500);
    expect((await ask(path, body, "another")).status).toBe(401);
    stub.play(inTurns({ refuse: "I will not" }));
    expect(await (await ask(path, body)).text()).toMatch(/refusal|content_filter|SAFETY/);
  });

  it("breaks off in the middle", async () => {
    stub.play(inTurns({ cut: "half" }));
    const cut = await ask(path, body);
    await expect(cut.text()).rejects.toThrow("terminated");
  });

  it("never answers", async () => {
    stub.play(inTurns({ silent: true }));
    const waiting = ask(path, body);
    const first = await Promise.race([waiting.then(() => "answered"), heard()]);
    expect(first).toBe("heard");
    await Promise.all([expect(waiting).rejects.toThrow("fetch failed"), stub.hangUp()]);
  });
});

async function heard(): Promise<string> {
  while (stub.asked.length === 0) await new Promise(setImmediate);
  return "heard";
}

it("knows no other path", async () => {
  expect((await ask("/v1/models", {})).status).toBe(404);
});
