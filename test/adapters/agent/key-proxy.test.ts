/** The key proxy over real HTTP, between an agent's requests and a small vendor on this machine. */
import { once } from "node:events";
import { createServer, request as startRequest, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { keyProxy } from "../../../src/adapters/agent/key-proxy.ts";
import { machine } from "../../../src/adapters/system/machine.ts";
import type { ModelRoute, OpenModel } from "../../../src/application/job/ports.ts";
import type { Dialect } from "../../../src/domain/agent/backend.ts";

const KEY = "sk-real-key-0123456789";
/** What fetch says of a connection that is no more. */
const CUT = /terminated|aborted|fetch failed|other side closed/;

interface Heard {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** Sent one after the other. */
  pieces: readonly string[];
  /** After the pieces: goes on being silent, breaks off, or ends when that is so. */
  last?: "end" | "stays silent" | "breaks off" | Promise<void>;
}

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

async function vendor(
  answer: Answer | ((heard: Heard) => Answer),
): Promise<{ origin: string; heard: Heard[] }> {
  const heard: Heard[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const one = { path: request.url!, headers: request.headers, body };
      heard.push(one);
      const {
        status = 200,
        headers = {},
        pieces,
        last = "end",
      } = typeof answer === "function" ? answer(one) : answer;
      response.writeHead(status, { "content-type": "application/json", ...headers });
      for (const piece of pieces) response.write(piece);
      if (last === "end") response.end();
      if (last instanceof Promise) void last.then(() => response.end());
      if (last === "breaks off") setImmediate(() => response.destroy());
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  opened.push({ close: () => (server.closeAllConnections(), server.close()) });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

async function proxied(
  answer: Answer | ((heard: Heard) => Answer),
  { patience, ...route }: Partial<ModelRoute> & { patience?: number } = {},
): Promise<{ model: OpenModel; heard: Heard[] }> {
  const { origin, heard } = await vendor(answer);
  const model = await keyProxy(machine, patience).open({
    dialect: "anthropic",
    key: `${KEY}\n`,
    price: { input: 1_000_000, output: 1_000_000 },
    cap: null,
    ...route,
    origin: `${origin}${route.origin ?? ""}`,
  });
  opened.push(model);
  return { model, heard };
}

const PATHS: Readonly<Record<Dialect, string>> = {
  anthropic: "/v1/messages?beta=true",
  "openai-responses": "/v1/responses",
  "openai-chat": "/v1/chat/completions",
  gemini: "/v1beta/models/m-1:streamGenerateContent?alt=sse",
};
const BY: Readonly<Record<Dialect, (token: string) => Record<string, string>>> = {
  anthropic: (token) => ({ "x-api-key": token }),
  "openai-responses": (token) => ({ authorization: `Bearer ${token}` }),
  "openai-chat": (token) => ({ authorization: `Bearer ${token}` }),
  gemini: (token) => ({ "x-goog-api-key": token }),
};
const DIALECTS = Object.keys(PATHS) as Dialect[];

const ask = (
  { access }: OpenModel,
  dialect: Dialect = "anthropic",
  {
    path = PATHS[dialect],
    headers = BY[dialect](access.token),
    body = '{"model":"m-1"}',
    method = "POST",
    signal = new AbortController().signal,
  }: {
    path?: string;
    headers?: Record<string, string>;
    body?: string | Uint8Array<ArrayBuffer>;
    method?: string;
    signal?: AbortSignal;
  } = {},
): Promise<Response> =>
  fetch(`${access.origin}${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(method === "POST" && { body }),
    redirect: "manual",
    signal,
  });

/** A question of so many bytes. */
const sized = (bytes: number): string => JSON.stringify({ x: "x".repeat(bytes - '{"x":""}'.length) });

const message = (input: number, output: number): string =>
  JSON.stringify({ type: "message", usage: { input_tokens: input, output_tokens: output } });

describe("what is passed on", () => {
  it.each(DIALECTS)(
    "%s: the question with the real key in the token's place, and the answer",
    async (dialect) => {
      const { model, heard } = await proxied(
        { pieces: ["an ", "answer"], headers: { "x-request-id": "r1" } },
        { dialect },
      );
      const answer = await ask(model, dialect);
      expect([answer.status, answer.headers.get("x-request-id"), await answer.text()]).toEqual([
        200,
        "r1",
        "an answer",
      ]);
      expect(heard).toHaveLength(1);
      expect(heard[0]).toMatchObject({
        path: PATHS[dialect],
        body: '{"model":"m-1"}',
        headers: BY[dialect](KEY),
      });
      expect(JSON.stringify(heard)).not.toContain(model.access.token);
    },
  );

  it.each<
    [what: string, dialect: Dialect, (token: string) => { path?: string; headers: Record<string, string> }]
  >([
    ["as Anthropic's bearer", "anthropic", (token) => ({ headers: { authorization: `Bearer ${token}` } })],
    [
      "in Gemini's address",
      "gemini",
      (token) => ({ path: `/v1beta/models/m-1:generateContent?key=${token}`, headers: {} }),
    ],
  ])("the token may stand %s, and goes no further", async (_, dialect, how) => {
    const { model, heard } = await proxied({ pieces: ["{}"] }, { dialect });
    expect((await ask(model, dialect, how(model.access.token))).status).toBe(200);
    expect(JSON.stringify(heard)).not.toContain(model.access.token);
    expect(heard[0]).toMatchObject({ headers: BY[dialect](KEY) });
  });

  it.each([
    { base: "/gateway", to: "/gateway/v1/messages?beta=true" },
    { base: "/gateway/v1/", to: "/gateway/v1/messages?beta=true" },
    { base: "/?team=a", to: "/v1/messages?team=a&beta=true" },
  ])("a base_url that ends in $base leads to $to", async ({ base, to }) => {
    const { model, heard } = await proxied({ pieces: ["{}"] }, { origin: base });
    await ask(model);
    expect(heard.map(({ path }) => path)).toEqual([to]);
  });

  it("a stream, piece by piece as it comes", async () => {
    const { model } = await proxied({
      pieces: ["data: 1\n\n"],
      last: "stays silent",
      headers: { "content-type": "text/event-stream" },
    });
    const answer = await ask(model);
    const { value } = await answer.body!.getReader().read();
    expect(new TextDecoder().decode(value)).toBe("data: 1\n\n");
  });

  it("a stream of a chat is asked to tell what it took", async () => {
    const { model, heard } = await proxied({ pieces: ["{}"] }, { dialect: "openai-chat" });
    await ask(model, "openai-chat", { body: '{"model":"m-1","stream":true,"stream_options":{"x":1}}' });
    expect(JSON.parse(heard[0]!.body)).toEqual({
      model: "m-1",
      stream: true,
      stream_options: { x: 1, include_usage: true },
    });
  });

  it("a vendor's error with its status and its hint, without the key that it repeats", async () => {
    const { model } = await proxied({ status: 429, headers: { "retry-after": "7" }, pieces: [`no: ${KEY}`] });
    const answer = await ask(model);
    expect([answer.status, answer.headers.get("retry-after"), await answer.text()]).toEqual([
      429,
      "7",
      "no: ***",
    ]);
    expect(model.used()).toMatchObject({ usd: 0, isEstimate: false });
  });

  it.each([200, 401])("a vendor's headers with %i, without the key that they repeat", async (status) => {
    const headers = { "www-authenticate": `Bearer error="bad ${KEY}"`, link: `<${KEY}>, <${KEY}>` };
    const { model } = await proxied({ status, headers, pieces: ["{}"] });
    const answer = await ask(model);
    expect([answer.status, answer.headers.get("www-authenticate"), answer.headers.get("link")]).toEqual([
      status,
      'Bearer error="bad ***"',
      "<***>, <***>",
    ]);
    expect(JSON.stringify([...answer.headers])).not.toContain(KEY);
  });
});

describe("what is not", () => {
  it.each<[what: string, status: number, request: Parameters<typeof ask>[2]]>([
    ["no token", 401, { headers: {} }],
    ["another token", 401, { headers: { "x-api-key": "sk-guessed" } }],
    ["the real key", 401, { headers: { "x-api-key": KEY } }],
    ["a token in the wrong place", 401, { path: "/v1/messages?key=TOKEN", headers: {} }],
    ["another path", 404, { path: "/v1/files" }],
    ["a path that climbs", 404, { path: "/v1/messages/../files" }],
    ["a path that goes on", 404, { path: "/v1/messages/x" }],
    ["a path of another dialect", 404, { path: "/v1/responses" }],
    ["another method", 404, { method: "GET" }],
    ["a question with a byte order mark", 400, { body: '\uFEFF{"model":"m-1"}' }],
    ["a question in UTF-16", 400, { body: Buffer.from('{"model":"m-1"}', "utf16le") }],
    ["a packed question", 400, { body: gzipSync('{"model":"m-1"}') }],
    ["a question that is a list", 400, { body: "[]" }],
    ["too large a question", 413, { body: " ".repeat(33 * 1024 * 1024) }],
  ])("%s: %i", async (_, status, request) => {
    const { model, heard } = await proxied({ pieces: ["{}"] });
    const path = request!.path?.replace("TOKEN", model.access.token);
    const answer = await ask(model, "anthropic", { ...request, ...(path !== undefined && { path }) });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ type: "error", error: { message: expect.any(String) } });
    expect(heard).toEqual([]);
    expect(model.used().tokens.input).toBe(0);
  });

  it("a redirect, which could carry the key away", async () => {
    const { model, heard } = await proxied({
      status: 307,
      headers: { location: "http://127.0.0.1:1/" },
      pieces: [],
    });
    const answer = await ask(model);
    expect([answer.status, await answer.text()]).toEqual([
      502,
      "The model's server answered with 307; no redirect is followed.\n",
    ]);
    expect(heard).toHaveLength(1);
  });

  it.each([
    { price: null, cap: null, usd: null },
    { price: { input: 1, output: 1 }, cap: 1, usd: 0 },
  ])("an answer of a server that is not there, for $usd USD", async ({ usd, ...money }) => {
    const model = await keyProxy(machine).open({
      dialect: "anthropic",
      origin: "http://127.0.0.1:1",
      key: KEY,
      ...money,
    });
    opened.push(model);
    const answer = await ask(model);
    expect([answer.status, await answer.text()]).toEqual([
      502,
      "The model's server could not be reached (ECONNREFUSED).\n",
    ]);
    expect(model.used()).toMatchObject({ tokens: { input: 0, output: 0 }, usd, isEstimate: false });
  });
});

it("an answer that turns to another protocol is none, and holds nobody up", async () => {
  const headers = { connection: "upgrade", upgrade: "x" };
  const { model } = await proxied({ status: 101, headers, pieces: [] });
  const answer = await ask(model);
  expect([answer.status, await answer.text()]).toEqual([
    502,
    "The model's server could not be reached (no answer).\n",
  ]);
  await model.close();
});

describe("what is counted", () => {
  it("each answer, by the model that was asked last", async () => {
    const { model } = await proxied({ pieces: [message(5, 2)] });
    for (const name of ["m-1", "m-2"])
      await (await ask(model, "anthropic", { body: JSON.stringify({ model: name }) })).text();
    expect(model.used()).toEqual({
      model: "m-2",
      tokens: { input: 10, output: 4, cachedRead: 0, cachedWrite: 0 },
      usd: 14,
      isEstimate: false,
      hasAsked: true,
      isRefused: false,
    });
  });

  it("a question that names no model", async () => {
    const { model } = await proxied({ pieces: [message(5, 2)] });
    await (await ask(model, "anthropic", { body: "{}" })).text();
    expect(model.used()).toMatchObject({ model: null, usd: 7, hasAsked: true });
  });

  it("not what costs nothing", async () => {
    const { model } = await proxied({ pieces: ['{"input_tokens":9}'] }, { cap: 0 });
    const answer = await ask(model, "anthropic", { path: "/v1/messages/count_tokens" });
    expect([answer.status, await answer.text()]).toEqual([200, '{"input_tokens":9}']);
    expect(model.used()).toMatchObject({ model: null, usd: 0, isEstimate: false, hasAsked: false });
  });

  it.each<[what: string, last: NonNullable<Answer["last"]>]>([
    ["the vendor breaks off", "breaks off"],
    ["the agent hangs up", "stays silent"],
  ])("an answer that is cut off because %s, by its length", async (_, last) => {
    const { model } = await proxied({
      pieces: [`data: ${"x".repeat(80)}\n`],
      last,
      headers: { "content-type": "text/event-stream" },
    });
    const hangUp = new AbortController();
    const answer = await fetch(`${model.access.origin}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": model.access.token },
      body: sized(40),
      signal: hangUp.signal,
    });
    const reader = answer.body!.getReader();
    await reader.read();
    if (last === "stays silent") hangUp.abort();
    await expect(reader.read()).rejects.toThrow(CUT);
    await model.close();
    expect(model.used()).toMatchObject({ tokens: { input: 10, output: 3 }, usd: 13, isEstimate: true });
  });
});

/** Of 15 USD for a million tokens, so an answer of 64000 may cost 0.96 USD. */
const REAL = { price: { input: 3, output: 15 }, cap: 1 };
const LONG = '{"model":"m-1","max_tokens":64000}';

describe("at the cap", () => {
  it.each<[dialect: Dialect, form: object]>([
    ["anthropic", { type: "error", error: { type: "invalid_request_error" } }],
    ["openai-responses", { error: { type: "invalid_request_error", param: null, code: null } }],
    ["openai-chat", { error: { type: "invalid_request_error", param: null, code: null } }],
    ["gemini", { error: { code: 400, status: "FAILED_PRECONDITION" } }],
  ])(
    "%s: the next question is refused with 400 in its own form, and that is remembered",
    async (dialect, form) => {
      const usage = { input_tokens: 33_000, prompt_tokens: 33_000 };
      const pieces = [
        JSON.stringify({
          usage,
          candidates: [{ finishReason: "STOP" }],
          usageMetadata: { promptTokenCount: 33_000 },
        }),
      ];
      const { model, heard } = await proxied({ pieces }, { dialect, cap: 33_000 });
      await (await ask(model, dialect)).text();
      expect(model.used()).toMatchObject({ usd: 33_000, isRefused: false });
      const answer = await ask(model, dialect);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject(form);
      expect(heard).toHaveLength(1);
      expect(model.used()).toMatchObject({ usd: 33_000, isRefused: true });
    },
  );

  it.each<{ dialect: Dialect; question: object; most: number }>([
    { dialect: "anthropic", question: { max_tokens: 500 }, most: 500 },
    { dialect: "openai-responses", question: { max_output_tokens: 500 }, most: 500 },
    { dialect: "openai-chat", question: { max_tokens: 500 }, most: 500 },
    { dialect: "openai-chat", question: { max_tokens: 1, max_completion_tokens: 500 }, most: 500 },
    { dialect: "openai-chat", question: { max_tokens: 50, n: 10 }, most: 500 },
    { dialect: "gemini", question: { generationConfig: { maxOutputTokens: 500 } }, most: 500 },
    {
      dialect: "gemini",
      question: { generationConfig: { maxOutputTokens: 50, candidateCount: 10 } },
      most: 500,
    },
    { dialect: "gemini", question: {}, most: 32_000 },
    { dialect: "anthropic", question: { max_tokens: -1 }, most: 32_000 },
    { dialect: "anthropic", question: { max_output_tokens: 1 }, most: 32_000 },
  ])("$dialect: $question must fit with $most tokens of answer", async ({ dialect, question, most }) => {
    const route = { dialect, price: { input: 0, output: 1_000_000 } };
    const body = JSON.stringify(question);
    const under = await proxied({ pieces: ["{}"] }, { ...route, cap: most - 1 });
    expect((await ask(under.model, dialect, { body })).status).toBe(400);
    expect([under.heard.length, under.model.used().isRefused]).toEqual([0, true]);
    const at = await proxied({ pieces: ["{}"] }, { ...route, cap: most });
    expect((await ask(at.model, dialect, { body })).status).toBe(200);
  });

  it("many at once do not pass it together", async () => {
    const { model, heard } = await proxied({ pieces: [message(100, 64_000)] }, REAL);
    const answers = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const answer = await ask(model, "anthropic", { body: LONG });
        await answer.text();
        return answer.status;
      }),
    );
    expect(answers.filter((status) => status === 200)).toHaveLength(1);
    expect(answers.filter((status) => status === 400)).toHaveLength(199);
    expect(heard).toHaveLength(1);
    expect(model.used()).toMatchObject({ usd: 0.9603, isRefused: true });
  });

  it("one beside another waits for what that one leaves", async () => {
    const { model, heard } = await proxied({ pieces: [message(100, 10)] }, REAL);
    const answers = await Promise.all(
      [1, 2, 3].map(async () => {
        const answer = await ask(model, "anthropic", { body: LONG });
        return [answer.status, await answer.text()];
      }),
    );
    expect(answers).toEqual(answers.map(() => [200, message(100, 10)]));
    expect(heard).toHaveLength(3);
    expect(model.used()).toMatchObject({ tokens: { input: 300, output: 30 }, isRefused: false });
  });

  it("one that has waited too long is told to come again, which is no refusal", async () => {
    const { model, heard } = await proxied(
      { pieces: ["data: x\n"], last: "stays silent" },
      { ...REAL, patience: 1 },
    );
    expect((await ask(model, "anthropic", { body: LONG })).status).toBe(200);
    const answer = await ask(model, "anthropic", { body: LONG });
    expect(answer.status).toBe(429);
    expect(await answer.json()).toMatchObject({ error: { type: "rate_limit_error" } });
    expect(heard).toHaveLength(1);
    expect(model.used().isRefused).toBe(false);
  });

  it("one that hangs up while it waits is neither asked nor charged", async () => {
    const { promise: last, resolve: end } = Promise.withResolvers<void>();
    const { model, heard } = await proxied({ pieces: [message(100, 10)], last }, REAL);
    const first = await ask(model, "anthropic", { body: LONG });
    const second = startRequest(`${model.access.origin}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": model.access.token, expect: "100-continue" },
    }).on("error", () => undefined);
    second.flushHeaders();
    await once(second, "continue");
    second.end(LONG);
    await once(second, "finish");
    second.destroy();
    await ask(model, "anthropic", { path: "/v1/nothing" });
    end();
    await first.text();
    await (await ask(model, "anthropic", { body: LONG })).text();
    expect(heard).toHaveLength(2);
    expect(model.used().tokens).toMatchObject({ input: 200, output: 20 });
  });

  it("who hangs up before the answer has asked for all of it", async () => {
    const { model, heard } = await proxied({ pieces: [], last: "stays silent" }, REAL);
    const hangUp = new AbortController();
    const first = ask(model, "anthropic", { body: LONG, signal: hangUp.signal });
    await vi.waitUntil(() => heard.length === 1, { timeout: 60_000 });
    hangUp.abort();
    await expect(first).rejects.toThrow(CUT);
    expect((await ask(model, "anthropic", { body: LONG })).status).toBe(400);
    expect(heard).toHaveLength(1);
    expect(model.used()).toMatchObject({ tokens: { output: 64_000 }, isEstimate: true, isRefused: true });
  });

  it("so has who ends before it", async () => {
    const { model, heard } = await proxied({ pieces: [], last: "stays silent" }, REAL);
    const first = ask(model, "anthropic", { body: LONG }).catch(() => "cut");
    await vi.waitUntil(() => heard.length === 1, { timeout: 60_000 });
    await model.close();
    expect(await first).toBe("cut");
    expect(model.used()).toMatchObject({ tokens: { output: 64_000 }, isEstimate: true });
  });

  it("a vendor that breaks off before its answer may have made it", async () => {
    const { model } = await proxied({ pieces: [], last: "breaks off" }, REAL);
    expect((await ask(model, "anthropic", { body: LONG })).status).toBe(502);
    expect(model.used()).toMatchObject({ tokens: { output: 64_000 }, isEstimate: true });
  });

  it.each<{ what: string; told: string; last: NonNullable<Answer["last"]>; output: number }>([
    { what: "that the vendor breaks off", told: "data: x\n\n", last: "breaks off", output: 64_000 },
    { what: "that the agent hangs up on", told: "data: x\n\n", last: "stays silent", output: 64_000 },
    {
      what: "that has told what it took",
      told: `data: ${message(100, 10)}\n\n`,
      last: "stays silent",
      output: 10,
    },
  ])("an answer $what is charged with $output tokens", async ({ told, last, output }) => {
    const { model } = await proxied(
      { pieces: [told], last, headers: { "content-type": "text/event-stream" } },
      REAL,
    );
    const hangUp = new AbortController();
    const answer = await ask(model, "anthropic", { body: LONG, signal: hangUp.signal });
    const reader = answer.body!.getReader();
    await reader.read();
    if (last === "stays silent") hangUp.abort();
    await expect(reader.read()).rejects.toThrow(CUT);
    await model.close();
    expect(model.used().tokens.output).toBe(output);
  });

  it.each([
    ["is answered in the background", '{"background":true}'],
    ["is nothing that we can read", '\u{feff}{"background":true}'],
  ])("a question that %s is not asked", async (_, body) => {
    const { model, heard } = await proxied(
      { pieces: ['{"status":"queued","usage":null}'] },
      { ...REAL, dialect: "openai-responses" },
    );
    expect((await ask(model, "openai-responses", { body })).status).toBe(400);
    expect(heard).toEqual([]);
    expect(model.used()).toMatchObject({ usd: 0, isRefused: false });
  });

  it("the vendor reads what was read here", async () => {
    const { model, heard } = await proxied({ pieces: ["{}"] }, REAL);
    await ask(model, "anthropic", { body: '{"max_tokens":64000,"max_tokens":5}' });
    expect(heard.map(({ body }) => body)).toEqual(['{"max_tokens":5}']);
  });

  it("no price, no cap: there is nothing to hold it by", async () => {
    const { model, heard } = await proxied({ pieces: [message(5, 2)] }, { price: null, cap: 1 });
    const body = '{"model":"m-1","background":true,"max_tokens":5,"max_tokens":9}';
    await (await ask(model, "anthropic", { body })).text();
    expect((await ask(model)).status).toBe(200);
    expect(heard[0]!.body).toBe(body);
    expect(model.used()).toMatchObject({ usd: null, isRefused: false });
  });
});

it("closing ends what is under way, and nothing is served after", async () => {
  const { model } = await proxied({ pieces: ["data: 1\n"], last: "stays silent" });
  const reader = (await ask(model)).body!.getReader();
  await reader.read();
  await model.close();
  await expect(reader.read()).rejects.toThrow(CUT);
  await expect(ask(model)).rejects.toThrow(CUT);
});

it("is heard on this machine only", async () => {
  const { model } = await proxied({ pieces: ["{}"] });
  expect(new URL(model.access.origin).hostname).toBe("127.0.0.1");
  expect(model.access.token).toMatch(/^[0-9a-f]{48}$/);
  const { port } = new URL(model.access.origin);
  const elsewhere = new Promise((resolve, reject) => {
    startRequest({ host: "127.0.0.2", port }, resolve).on("error", reject).end();
  });
  await expect(elsewhere).rejects.toThrow("ECONNREFUSED");
});
