/**
 * Actions on this machine: those that the engine maps and those in the workspace (`./path`).
 * https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
 */
import { join, relative, resolve as resolvePath } from "node:path";
import { field, isMap, parseAction, texts } from "./parser.ts";
import type { Tree } from "./parser.ts";
import { resolveText } from "./expression.ts";
import type { JobSpace } from "./job-space.ts";
import { scopeOf } from "./job-space.ts";
import { STAND_INS } from "./stand-in.ts";
import type { StandIn } from "./stand-in.ts";

export interface NodeAction {
  kind: "node";
  folder: string;
  inputs: Tree;
  main: string;
  pre: string | null;
  preIf: Tree;
  post: string | null;
  postIf: Tree;
}

interface StandInAction {
  kind: "stand-in";
  run: StandIn;
}

/** An action of the workspace, whose metadata can be read only when its step begins. */
interface LocalAction {
  kind: "local";
  path: string;
}

export type Action = NodeAction | StandInAction | LocalAction;

const cache = new Map<string, NodeAction>();

/** Throws a sentence that names what is not supported or not found. */
export async function findAction(space: JobSpace, uses: string): Promise<Action> {
  if (uses.startsWith("./") || uses.startsWith("$/")) return { kind: "local", path: uses };
  if (uses.startsWith("docker://"))
    throw new Error(`${uses}: container actions are not supported by the local runner`);
  const [name = "", version] = uses.split("@");
  const [owner = "", repository = "", ...below] = name.split("/");
  if (version === undefined) throw new Error(`${uses}: the version is missing (owner/name@version)`);
  const mapped = space.actionsAt[`${owner}/${repository}`];
  if (mapped !== undefined) return loadAction(space, { uses, folder: join(mapped, ...below), cached: true });
  const standIn = STAND_INS[name.toLowerCase()];
  if (standIn !== undefined) return { kind: "stand-in", run: standIn };
  throw new Error(
    `Unable to resolve action ${uses}: the local runner has no network; it knows ${[...Object.keys(space.actionsAt), ...Object.keys(STAND_INS)].join(", ")}`,
  );
}

export async function loadLocalAction(space: JobSpace, path: string): Promise<NodeAction> {
  const folder = resolvePath(space.workspace, path.slice(2));
  if (relative(space.workspace, folder).startsWith(".."))
    throw new Error(`${path} lies outside the workspace`);
  return loadAction(space, { uses: path, folder, cached: false });
}

async function loadAction(
  space: JobSpace,
  { uses, folder, cached }: { uses: string; folder: string; cached: boolean },
): Promise<NodeAction> {
  const known = cached ? cache.get(folder) : undefined;
  if (known !== undefined) return known;
  const { files } = space.host.machine;
  const bytes =
    (await files.read(join(folder, "action.yml"))) ?? (await files.read(join(folder, "action.yaml")));
  if (bytes === null) {
    throw new Error(
      `Can't find 'action.yml' or 'action.yaml' under '${folder}' for ${uses}. Did you forget to run actions/checkout?`,
    );
  }
  const { tree, problems } = parseAction(`${uses}/action.yml`, Buffer.from(bytes).toString("utf8"));
  if (problems.length > 0) throw new Error(`${uses}: ${problems.join("; ")}`);
  const action = nodeActionOf(uses, { folder, tree });
  if (cached) cache.set(folder, action);
  return action;
}

function nodeActionOf(uses: string, { folder, tree }: { folder: string; tree: Tree }): NodeAction {
  const runs = field(tree, "runs");
  const using = texts(field(runs, "using")).join("");
  if (!/^node(?:20|24)$/u.test(using)) {
    throw new Error(
      `${uses}: actions that run using '${using}' are not supported by the local runner (node20 and node24 are)`,
    );
  }
  const script = (name: string): string | null => {
    const path = field(runs, name);
    return typeof path === "string" ? join(folder, path) : null;
  };
  const main = script("main");
  if (main === null) throw new Error(`${uses}: runs.main is missing`);
  return {
    kind: "node",
    folder,
    inputs: field(tree, "inputs"),
    main,
    pre: script("pre"),
    preIf: field(runs, "pre-if") ?? "always()",
    post: script("post"),
    postIf: field(runs, "post-if") ?? "always()",
  };
}

/** `INPUT_NAME`: upper case, spaces as underscores, hyphens as they are; defaults from the metadata. */
export function inputVariables(
  space: JobSpace,
  { declared, given }: { declared: Tree; given: Readonly<Record<string, string>> },
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, input] of isMap(declared) ? Object.entries(declared) : []) {
    const value = field(input, "default");
    found[variableOf(name)] = value === null ? "" : resolveText(value, scopeOf(space));
  }
  for (const [name, value] of Object.entries(given)) {
    if (!(variableOf(name) in found) && isMap(declared))
      space.log.write(`Warning: Unexpected input '${name}'`);
    found[variableOf(name)] = value;
  }
  return found;
}

function variableOf(input: string): string {
  return `INPUT_${input.replaceAll(" ", "_").toUpperCase()}`;
}
