/**
 * Writes test/fixtures/github/{rest,webhooks}.json: those parts of GitHub's own descriptions that judge the local GitHub
 * (test/support/judge.ts), without prose. Both packages are by GitHub, under the MIT licence, and far too large to depend on.
 *
 * Run by hand, with the two packages unpacked (nothing can say offline whether the files are still what this makes):
 *
 *   npm pack @octokit/openapi@23.0.2 @octokit/openapi-webhooks@12.1.0
 *   mkdir rest webhooks && tar xzf octokit-openapi-23.0.2.tgz -C rest && tar xzf octokit-openapi-webhooks-12.1.0.tgz -C webhooks
 *   npx node scripts/github-schemas.ts rest/package webhooks/package
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Node = { [key: string]: Json };

const DESCRIPTION = "generated/api.github.com.json";
const FOLDER = new URL("../test/fixtures/github/", import.meta.url);

const REPO = "/repos/\\{owner\\}/\\{repo\\}";
/** Patterns of whole paths. */
const PATHS = [
  "/(app|meta|rate_limit|user)",
  "/app/hook/(config|deliveries.*)",
  "/app/installations(/\\{installation_id\\}(/access_tokens|/suspended)?)?",
  "/installation/(repositories|token)",
  "/users/\\{username\\}",
  REPO,
  `${REPO}/actions/(runs|jobs|artifacts|workflows|concurrency_groups)(/[^/]+){0,3}`,
  `${REPO}/actions/(permissions(/workflow|/selected-actions)?|(secrets|variables)(/[^/]+)?|organization-(secrets|variables))`,
  `${REPO}/(branches|check-runs|check-suites|commits|contents|git|issues|labels|merges|rules|rulesets|statuses)(/.*)?`,
  `${REPO}/(forks|collaborators.*|compare.*|dispatches|environments|installation)`,
  `${REPO}/pulls(/.*)?`,
];
/** Served by nobody here and large. */
const NOT_PATHS = [
  "timeline",
  "/branches/\\{branch\\}/protection/.+",
  "rule-suites",
  "codespaces",
  "history",
  "/issues/(\\{issue_number\\}/)?events",
  "issue-field",
];

/** `event-action`, or the event alone where it has none. */
const EVENTS = [
  "check-(run|suite)-.+",
  "create|delete|push|status|workflow-dispatch",
  "installation-(created|deleted|suspend|unsuspend|new-permissions-accepted|repositories-(added|removed))",
  "issue-comment-.+",
  "issue-dependencies-.+",
  "issues-(opened|closed|reopened|edited|labeled|unlabeled|assigned|unassigned)",
  "label-.+",
  "ping",
  "projects-v2-(item-)?(created|edited|deleted)",
  "pull-request-(opened|closed|reopened|edited|labeled|unlabeled|assigned|unassigned|synchronize)",
  "pull-request-(ready-for-review|converted-to-draft|review-requested|review-request-removed)",
  "pull-request-review-(submitted|dismissed|comment-created)",
  "repository-renamed",
  "sub-issues-.+",
  "workflow-(run|job)-.+",
];

const PROSE = new Set([
  "description",
  "title",
  "example",
  "examples",
  "default",
  "deprecated",
  "externalDocs",
  "readOnly",
]);

/** Characters; what is shorter stays where it is. */
const SHARED = 250;

const [restFolder, webhookFolder] = process.argv.slice(2);
if (restFolder === undefined || webhookFolder === undefined)
  throw new Error("Name the two unpacked packages; see the head of scripts/github-schemas.ts.");

await write("rest.json", restFolder, (description) => {
  const wanted = (path: string): boolean =>
    fits(path, PATHS) && !NOT_PATHS.some((one) => new RegExp(one, "u").test(path));
  const operations: Node = {};
  for (const [path, methods] of Object.entries(at(description, "paths")).filter(([one]) => wanted(one))) {
    for (const [method, operation] of Object.entries(methods as Node)) {
      operations[`${method.toUpperCase()} ${path}`] = responsesOf(
        description,
        at(operation as Node, "responses"),
      );
    }
  }
  return operations;
});
await write("webhooks.json", webhookFolder, (description) => {
  const events = Object.entries(at(description, "webhooks")).filter(([name]) => fits(name, EVENTS));
  return Object.fromEntries(
    events.map(([name, event]) => [
      name,
      at(event as Node, "post", "requestBody", "content", "application/json", "schema"),
    ]),
  );
});

/** By status; null where a response has no JSON. */
function responsesOf(description: Node, responses: Node): Node {
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => {
      const reference = (response as Node)["$ref"];
      const found =
        typeof reference === "string"
          ? at(description, ...reference.split("/").slice(1))
          : (response as Node);
      const content = found["content"] as Node | undefined;
      return [status, (content?.["application/json"] as Node | undefined)?.["schema"] ?? null];
    }),
  );
}

async function write(name: string, folder: string, choose: (description: Node) => Node): Promise<void> {
  const description = JSON.parse(await readFile(join(folder, DESCRIPTION), "utf8")) as Node;
  const { name: from, version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Node;
  const chosen = plain(choose(description)) as Node;
  const definitions: Node = {};
  const missing = (): string[] => referencesIn([chosen, definitions]).filter((one) => !(one in definitions));
  for (let next = missing(); next.length > 0; next = missing())
    for (const one of next) definitions[one] = plain(at(description, "components", "schemas", one));
  const shared = share({ chosen, definitions });
  const sorted = Object.fromEntries(
    Object.entries(shared.definitions).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  // A definition a line: a newer package then shows what changed.
  const lines = (node: Node): string =>
    Object.entries(node)
      .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
      .join(",\n");
  const text = `{"from":${JSON.stringify([from, version])},\n"chosen":{\n${lines(shared.chosen)}},\n"definitions":{\n${lines(sorted)}}}\n`;
  await writeFile(new URL(name, FOLDER), text);
}

/** Gives the objects that GitHub's descriptions write out again and again a definition: a third of the size, and of the time to compile. */
function share({ chosen, definitions }: { chosen: Node; definitions: Node }): {
  chosen: Node;
  definitions: Node;
} {
  const counts = new Map<string, number>();
  const count = (value: Json): void => {
    if (typeof value !== "object" || value === null) return;
    const text = JSON.stringify(value);
    counts.set(text, (counts.get(text) ?? 0) + 1);
    // What is within the second copy is shared with it.
    if (counts.get(text) === 1 || text.length < SHARED) Object.values(value).forEach(count);
  };
  count([chosen, ...Object.values(definitions)]);
  const own: Node = {};
  const names = new Map<string, string>();
  const replaced = (value: Json, isWhole: boolean): Json => {
    if (Array.isArray(value)) return value.map((one) => replaced(one, false));
    if (typeof value !== "object" || value === null) return value;
    const text = JSON.stringify(value);
    const isShared =
      !isWhole &&
      JSON.stringify(value["type"] ?? null).includes('"object"') &&
      text.length >= SHARED &&
      (counts.get(text) ?? 0) > 1;
    const known = names.get(text);
    if (isShared && known !== undefined) return { $ref: `#/definitions/${known}` };
    const made = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one, false)]));
    if (!isShared) return made;
    const name = `shared-${names.size + 1}`;
    names.set(text, name);
    own[name] = made;
    return { $ref: `#/definitions/${name}` };
  };
  const all = (node: Node): Node =>
    Object.fromEntries(Object.entries(node).map(([key, one]) => [key, replaced(one, true)]));
  return { chosen: all(chosen), definitions: { ...all(definitions), ...own } };
}

/** As JSON Schema of today, without prose: `nullable` becomes a type, references point to `definitions`. */
function plain(value: Json, isMap = false): Json {
  if (Array.isArray(value)) return value.map((one) => plain(one));
  if (typeof value !== "object" || value === null) return value;
  const { nullable, ...node } = value;
  const rest = Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => isMap || !PROSE.has(key))
      .map(([key, one]) => [
        key,
        key === "$ref" && typeof one === "string"
          ? one.replace("#/components/schemas/", "#/definitions/")
          : plain(one, !isMap && key === "properties"),
      ]),
  );
  if (isMap || nullable !== true)
    return isMap && nullable !== undefined ? { ...rest, nullable: plain(nullable) } : rest;
  const { type } = rest;
  if (typeof type !== "string") return { anyOf: [{ type: "null" }, rest] };
  const options = rest["enum"];
  return { ...rest, type: [type, "null"], ...(Array.isArray(options) ? { enum: [...options, null] } : {}) };
}

function referencesIn(value: Json): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap(referencesIn))];
  if (typeof value !== "object" || value === null) return [];
  const own = typeof value["$ref"] === "string" ? [value["$ref"].replace("#/definitions/", "")] : [];
  return [...new Set([...own, ...Object.values(value).flatMap(referencesIn)])];
}

function at(node: Node, ...path: string[]): Node {
  return path.reduce((found, key) => found[key] as Node, node);
}

function fits(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => new RegExp(`^(?:${pattern})$`, "u").test(path));
}
