/**
 * Which events start a workflow, and what a dispatch may say.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
import { matchesGlob } from "node:path";
import { Refusal } from "../route.ts";
import type { RepositoryEvent } from "./host.ts";
import { field, isMap, texts } from "./parser.ts";
import type { Tree } from "./parser.ts";
import { isRecord, textAt } from "./plain-data.ts";
import type { Workflow } from "./workflow.ts";

/** Events that, without `types`, do not mean all their actions. */
const DEFAULT_TYPES: Readonly<Record<string, readonly string[]>> = {
  pull_request: ["opened", "synchronize", "reopened"],
  pull_request_target: ["opened", "synchronize", "reopened"],
};

/** GitHub's limits of a dispatch. */
const MOST_INPUTS = 25;
const LONGEST_INPUTS = 65_535;

export function listensTo(workflow: Workflow, event: RepositoryEvent): boolean {
  if (event.name === "workflow_dispatch" || !Object.hasOwn(workflow.on, event.name)) return false;
  const filter = workflow.on[event.name] ?? null;
  const types = texts(field(filter, "types"));
  const wanted = types.length > 0 ? types : DEFAULT_TYPES[event.name];
  if (wanted !== undefined && !wanted.includes(event.action ?? "")) return false;
  return branchesMatch(filter, event) && workflowsMatch(filter, event);
}

function branchesMatch(filter: Tree, { name, payload }: RepositoryEvent): boolean {
  const ref = refOf(name, payload);
  if (ref === null) return true;
  const [kind, short] = ref.startsWith("refs/tags/")
    ? (["tags", ref.slice("refs/tags/".length)] as const)
    : (["branches", ref.replace(/^refs\/heads\//u, "")] as const);
  const [only, never] = [texts(field(filter, kind)), texts(field(filter, `${kind}-ignore`))];
  const other = kind === "tags" ? "branches" : "tags";
  const others = [...texts(field(filter, other)), ...texts(field(filter, `${other}-ignore`))];
  if (only.length === 0 && never.length === 0) return others.length === 0;
  if (never.some((pattern) => matchesGlob(short, pattern))) return false;
  return only.length === 0 || lastMatch(short, only);
}

/** Patterns are asked in order and the last one that matches decides: `!` takes away again. */
function lastMatch(name: string, patterns: readonly string[]): boolean {
  let matches = false;
  for (const pattern of patterns) {
    if (pattern.startsWith("!")) matches = matches && !matchesGlob(name, pattern.slice(1));
    else matches = matches || matchesGlob(name, pattern);
  }
  return matches;
}

function refOf(event: string, payload: Readonly<Record<string, unknown>>): string | null {
  if (event === "push") return String(payload["ref"]);
  if (event === "pull_request" || event === "pull_request_target")
    return textAt(payload, "pull_request", "base", "ref");
  return null;
}

function workflowsMatch(filter: Tree, { name, payload }: RepositoryEvent): boolean {
  if (name !== "workflow_run") return true;
  return texts(field(filter, "workflows")).includes(textAt(payload, "workflow_run", "name") ?? "");
}

/** `raw` goes into the event as text, `typed` into the `inputs` context. Refuses with GitHub's words. */
export function dispatchInputs(
  workflow: Workflow,
  given: unknown,
): { raw: Record<string, string>; typed: Record<string, unknown> } {
  if (!Object.hasOwn(workflow.on, "workflow_dispatch")) {
    const [problem] = workflow.problems;
    if (problem !== undefined) throw new Refusal(422, `failed to parse workflow: ${problem}`);
    throw new Refusal(422, "Workflow does not have 'workflow_dispatch' trigger");
  }
  const declared = field(workflow.on["workflow_dispatch"], "inputs");
  const inputs = isMap(declared) ? declared : {};
  const sent = checkedSize(given);
  const unexpected = Object.keys(sent).filter((name) => !Object.hasOwn(inputs, name));
  if (unexpected.length > 0)
    throw new Refusal(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const raw: Record<string, string> = {};
  const typed: Record<string, unknown> = {};
  for (const [name, input] of Object.entries(inputs)) {
    const value = sent[name] ?? scalarText(field(input, "default"));
    if (field(input, "required") === true && value === "")
      throw new Refusal(422, `Required input '${name}' not provided`);
    raw[name] = value;
    typed[name] = typedInput({ name, input, value });
  }
  return { raw, typed };
}

function checkedSize(given: unknown): Record<string, string> {
  if (given === undefined || given === null) return {};
  if (!isRecord(given))
    throw new Refusal(422, "Invalid request.\n\nFor 'properties/inputs', it is not an object.");
  const sent = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, scalarText(value)]));
  const count = Object.keys(sent).length;
  if (count > MOST_INPUTS) {
    throw new Refusal(
      422,
      `Invalid request.\n\nNo more than ${MOST_INPUTS} properties are allowed; ${count} were supplied.`,
    );
  }
  if (JSON.stringify(sent).length > LONGEST_INPUTS) throw new Refusal(422, "inputs are too large.");
  return sent;
}

function typedInput({ name, input, value }: { name: string; input: Tree; value: string }): unknown {
  const type = field(input, "type");
  if (type === "boolean") return value === "true";
  if (type === "number") {
    if (value !== "" && Number.isNaN(Number(value)))
      throw new Refusal(422, `Provided value '${value}' for input '${name}' is not a number`);
    return value === "" ? "" : Number(value);
  }
  const options = texts(field(input, "options"));
  if (type === "choice" && value !== "" && !options.includes(value)) {
    throw new Refusal(422, `Provided value '${value}' for input '${name}' not in the list of allowed values`);
  }
  return value;
}

function scalarText(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
