/** docs/configuration.md, from the schema of the configuration. `npm run schemas`. */
import { z } from "zod";
import { ConfigFile } from "../src/domain/config-file.ts";

const EXAMPLE = `version: 1

setup:
  - npm ci
checks: ignored
verify:
  - npm test
  - npm run lint

profile: balanced
max_parallel: 4
planner: model

agents:
  coder:
    backend: command
    command: coder --print
    model: coder-large
  reader:
    backend: command
    command: reader --stdin

routing:
  default: coder
  docs: reader
  plan: reader
  rules:
    - paths: [src/auth/**, src/payment/**]
      criticality: security-sensitive
    - paths: ["**/*.css"]
      type: ui

reviewers:
  agent: reader
  complex: [correctness, architecture]
require_human: [security-sensitive]
claim_hours: 72

protected_paths: [infra/**]
briefs:
  test_first: true
  rules:
    - Texts for users go through src/i18n.
prices:
  coder-large:
    input: 3
    output: 15
    attempt: { input: 200000, output: 20000, minutes: 12 }

budget: { run: 20, unit: 5, attempt: 2, plan: 1 }

# Nothing acts on these yet.
issues: { subtasks: checklist }
project: "off"
isolation: required
network: { allow: [registry.npmjs.org] }
`;

type Node = z.core.JSONSchema.JSONSchema;
interface Key {
  path: string;
  node: Node;
  isRequired: boolean;
}

export function configurationPage(): string {
  const schema = z.toJSONSchema(ConfigFile, { io: "input" });
  return [
    "# The configuration",
    "",
    "<!-- Made by `npm run schemas` from src/domain/config-file.ts and config-agents.ts. -->",
    "",
    "`.github/roundtable.yml` says how Roundtable works in a repository. A run reads it on the base branch, at the commit that its plan is",
    "made from. All keys but `version` may be left out; an unknown key is an error that offers the nearest one.",
    "",
    "```yaml",
    `${EXAMPLE}\`\`\``,
    "",
    "Editors that know YAML schemas complete and explain the keys with `schema/config.schema.json`.",
    "",
    ...below({ path: "", node: schema, isRequired: true }).flatMap(section),
  ].join("\n");
}

function section(key: Key): string[] {
  const rows = descendants(key);
  return [
    `## \`${key.path}\``,
    "",
    meaningOf(key),
    "",
    `${kindOf(key.node)}; ${key.isRequired ? "required" : `default: ${defaultOf(key)}`}.`,
    "",
    ...(rows.length === 0
      ? []
      : [
          "| key | value | default | meaning |",
          "|---|---|---|---|",
          ...rows.map(
            (row) => `| \`${row.path}\` | ${kindOf(row.node)} | ${defaultOf(row)} | ${meaningOf(row)} |`,
          ),
          "",
        ]),
  ];
}

const descendants = (key: Key): Key[] => below(key).flatMap((inner) => [inner, ...descendants(inner)]);

function below({ path, node, isRequired }: Key): Key[] {
  const own = Object.entries(node.properties ?? {}).map(([name, inner]) => ({
    path: path === "" ? name : `${path}.${name}`,
    node: asNode(inner),
    isRequired: (node.required ?? []).includes(name),
  }));
  const { additionalProperties: values, items, anyOf = [] } = node;
  return [
    ...own,
    ...(typeof values === "object" ? below({ path: `${path}.<name>`, node: values, isRequired }) : []),
    ...(items === undefined ? [] : below({ path: `${path}[]`, node: asNode(items), isRequired })),
    ...anyOf.flatMap((choice) => below({ path, node: asNode(choice), isRequired })),
  ];
}

function meaningOf({ path, node }: Key): string {
  if (!node.description)
    throw new Error(`${path} has no description in src/domain/config-file.ts or config-agents.ts`);
  return node.description;
}

function defaultOf({ node, isRequired }: Key): string {
  if (isRequired) return "required";
  return ["string", "number"].includes(typeof node.default) ? `\`${String(node.default)}\`` : "none";
}

function kindOf(node: Node): string {
  if (node.anyOf) return node.anyOf.map((choice) => kindOf(asNode(choice))).join(", or ");
  if (node.const !== undefined) return `\`${JSON.stringify(node.const)}\``;
  if (node.enum) return node.enum.map((value) => `\`${String(value)}\``).join(", ");
  switch (node.type) {
    case "integer":
    case "number":
      return `${node.type === "integer" ? "Whole number" : "Number"}${rangeOf(node)}`;
    case "string":
      return "Text";
    case "array":
      return `List of ${kindOf(asNode(node.items)).replace(/^[A-Z]/, (letter) => letter.toLowerCase())}`;
    default:
      return typeof node.additionalProperties === "object" ? "Map by name" : "Map";
  }
}

function rangeOf({ minimum, maximum }: Node): string {
  // Where nothing is said, the schema names the largest number that JSON keeps exactly.
  if (maximum === undefined || maximum === Number.MAX_SAFE_INTEGER) return `, at least ${minimum ?? 0}`;
  return `, ${minimum} to ${maximum}`;
}

function asNode(value: Node["items"]): Node {
  if (typeof value === "object" && !Array.isArray(value)) return value;
  throw new Error("This form of schema has no words here yet");
}
