/**
 * A local GitHub whose every answer and webhook is judged by GitHub's own descriptions (test/fixtures/github, made by
 * scripts/github-schemas.ts). Closing it fails with each violation: the route or event, the field, the schema's sentence.
 * GraphQL needs no judge here: documents are validated, and answers completed, by GitHub's schema itself.
 */
import { readFileSync } from "node:fs";

import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

import { createLocalGithub } from "../../src/local-github/github.ts";
import type { LocalGithub, LocalGithubOptions } from "../../src/local-github/github.ts";
import type { Delivery } from "../../src/local-github/webhooks.ts";
import { looseFields } from "./judge-loose.ts";

type Chosen = Record<string, object | Record<string, object | null>>;

/** Compiled when first needed; the options are for the time that takes. */
const ajv = new Ajv2020({
  inlineRefs: false,
  code: { optimize: false },
  strict: false,
  validateSchema: false,
  allErrors: true,
  logger: false,
});
// The declared default export is not what node's modules get.
(addFormats as unknown as (to: Ajv2020) => void)(ajv);
const REST = describe("rest.json");
const WEBHOOKS = describe("webhooks.json");
/** Longer paths first: a ref may hold slashes. */
const OPERATIONS = Object.keys(REST)
  .toSorted((a, b) => b.split("/").length - a.split("/").length)
  .map((name) => {
    const [method = "", path = ""] = name.split(" ");
    const pattern = path
      .replace("/{path}", "(?:/.*)?")
      .replaceAll(/\{(\w+)\}/gu, (_, one: string) =>
        ["ref", "branch", "basehead"].includes(one) ? ".+" : "[^/]+",
      );
    return { name, method, pattern: new RegExp(`^${pattern}$`, "u") };
  });

/** What the newer version leaves out; the description is that of the older one. */
const LEFT_OUT = /must have required property '(?:merge_commit_sha|assignee|rate|has_downloads)'$/u;
/** GitHub's description of a refusal requires nothing; its answers always have these three. */
ajv.addSchema(
  {
    type: "object",
    required: ["message", "documentation_url", "status"],
    properties: {
      message: { type: "string" },
      documentation_url: { type: "string" },
      status: { type: "string", pattern: "^[45]\\d\\d$" },
    },
  },
  "refusal",
);

/** Violations of an answer; empty when it is as GitHub describes. */
export async function judgeResponse(request: Request, response: Response): Promise<string[]> {
  const path = new URL(request.url).pathname.replace(/^\/api\/v3(?=\/)/u, "");
  const isPage = (request.headers.get("accept") ?? "").includes("text/html");
  if (isPage || /^(?:\/api)?\/graphql$|\/actions\/signed\//u.test(path)) return [];
  const method = request.method === "HEAD" ? "GET" : request.method;
  const { status } = response;
  const about = `${method} ${path} ${status}`;
  const operation = OPERATIONS.find((one) => one.method === method && one.pattern.test(path))?.name;
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  const text = isJson ? await response.text() : "";
  const body: unknown = text === "" ? null : JSON.parse(text);
  const refusal = status < 400 ? [] : judge(about, "refusal", body);
  if (operation === undefined) return status === 404 ? refusal : [`${about}: GitHub describes no such route`];
  const described = REST[operation] as Record<string, object | null>;
  if (!(status in described)) {
    const isCommon = status >= 400 || (status === 304 && method === "GET");
    return isCommon ? refusal : [`${about}: GitHub describes no such status for ${operation}`];
  }
  if (described[status] === null || body === null) return refusal;
  const isNewest = request.headers.get("x-github-api-version") === "2026-03-10";
  const found = judge(about, `rest.json#/chosen/${escaped(operation)}/${status}`, body);
  return [...new Set([...refusal, ...found.filter((one) => !isNewest || !LEFT_OUT.test(one))])];
}

/** Violations of a webhook. */
export function judgeDelivery({ name, payload }: Pick<Delivery, "name" | "payload">): string[] {
  const action = payload["action"];
  const event = [name, ...(typeof action === "string" ? [action] : [])].join("-").replaceAll("_", "-");
  const about = `webhook ${name}${typeof action === "string" ? ` ${action}` : ""}`;
  if (!(event in WEBHOOKS)) return [`${about}: GitHub describes no such event`];
  return judge(about, `webhooks.json#/chosen/${escaped(event)}`, payload);
}

/** As `createLocalGithub`, judged. */
export async function createJudgedGithub(options: LocalGithubOptions): Promise<LocalGithub> {
  const github = await createLocalGithub(options);
  const violations = new Set<string>();
  const underWay = new Set<Promise<void>>();
  const note = (found: readonly string[]): void => found.forEach((one) => violations.add(one));
  github.witness = (request, response) => {
    const done = judgeResponse(request, response)
      .then(note)
      .finally(() => underWay.delete(done));
    underWay.add(done);
  };
  github.onDelivery((delivery) => note(judgeDelivery(delivery)));
  const { close } = github;
  github.close = async () => {
    await close();
    await Promise.all(underWay);
    if (violations.size > 0) throw new Error(`Not as GitHub describes it:\n${[...violations].join("\n")}`);
  };
  return github;
}

function judge(about: string, place: string, value: unknown): string[] {
  const validate = ajv.getSchema(place);
  if (validate === undefined) throw new Error(`The descriptions have no ${place}.`);
  if (validate(value) === true) return [];
  return (validate.errors ?? [])
    .map((error) => `${about}: ${error.instancePath || "/"} ${error.message ?? ""}`)
    .filter((text) => !looseFields.some(({ where }) => where.test(text)));
}

function describe(name: string): Chosen {
  const text = readFileSync(new URL(`../fixtures/github/${name}`, import.meta.url), "utf8");
  const { chosen, definitions } = JSON.parse(text) as { chosen: Chosen; definitions: object };
  ajv.addSchema({ chosen, definitions }, name);
  return chosen;
}

function escaped(key: string): string {
  return encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));
}
