/** The output folder of a local run: what lies where, and what is laid over the copy of the repository. */
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { isMap, isScalar, parseDocument } from "yaml";
import { WORKFLOW_FILES } from "../../domain/doctor/shipped.ts";
import { holdsKey, modelKeysIn } from "../../domain/agent/backend.ts";
import { parsePlaybook, type Playbook } from "../../domain/agent/playbook.ts";
import { CONFIG_PATH } from "../../application/plan-at.ts";
import { parseConfig } from "../../domain/config.ts";
import { formatDiagnostic, UserError } from "../../domain/problem.ts";
import { AGENT_WORKFLOW } from "../../domain/run/names.ts";
import { readFolder, type Overlay } from "./copy.ts";
import type { Source } from "./source.ts";

/** The root of this checkout: workflows, action.yml and the built action lie there. */
export const CHECKOUT = resolve(import.meta.dirname, "../../..");

export interface Workspace {
  out: string;
  repository: string;
  state: string;
  board: string;
  logs: string;
}

export function workspaceAt(out: string): Workspace {
  return {
    out,
    repository: join(out, "repository.git"),
    state: join(out, "github"),
    board: join(out, "board", "index.html"),
    logs: join(out, "github", "actions"),
  };
}

export function defaultOut(
  source: Source,
  { hash, env }: { hash: (text: string) => string; env: Readonly<Record<string, string | undefined>> },
): string {
  const state = env["XDG_STATE_HOME"] || join(env["HOME"] || "/tmp", ".local", "state");
  return join(
    state,
    "roundtable",
    `${source.name}-${hash(source.root).slice(0, 8)}`,
    source.spec.replace(/^\.kiro\/specs\//, "").replaceAll("/", "-"),
  );
}

export interface AgentChoice {
  /** The name that the command gives to `--agent`. */
  agent: string | undefined;
  /** Program and arguments, for `--agent command`. */
  command: string | undefined;
  playbook: string | undefined;
}

/** What a playbook plays in place of a person. */
export type Human = Pick<Playbook, "human" | "approve">;

/**
 * The agent of the run: what was asked, else `playbook` where the spec has one, else `practice`. None where the
 * configuration itself has its agents play the playbook.
 */
export async function overlayFor(
  source: Source,
  choice: AgentChoice,
): Promise<{ overlay: Overlay; agent: string | undefined; human: Human }> {
  const overlay = new Map<string, { content: Uint8Array; onlyIfMissing: boolean }>();
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  for (const [path, content] of await readFolder(source.root, source.spec))
    overlay.set(path, { content, onlyIfMissing: false });
  if (choice.playbook !== undefined) await layPlaybook(overlay, source, choice.playbook);
  const workflow = WORKFLOW_FILES.find((file) => file.to.endsWith(AGENT_WORKFLOW))!;
  overlay.set(workflow.to, { content: await readFile(join(CHECKOUT, workflow.from)), onlyIfMissing: true });
  const configured = await configFor(source, choice);
  overlay.set(CONFIG_PATH, configured);
  const playbook = overlay.get(`${source.spec}/playbook.yml`);
  const isCast = playbook !== undefined && castsPlayers(new TextDecoder().decode(configured.content));
  const agent = choice.agent ?? (isCast ? undefined : playbook ? "playbook" : "practice");
  const isPlayed = agent === undefined || agent === "playbook";
  return {
    overlay,
    agent,
    human: isPlayed ? humanOf(playbook?.content, source) : { human: {}, approve: [] },
  };

  async function configFor(
    { root }: Source,
    { command }: AgentChoice,
  ): Promise<{ content: Uint8Array; onlyIfMissing: boolean }> {
    const existing = await readFile(join(root, CONFIG_PATH), "utf8").catch(() => null);
    const config = existing ?? "version: 1\n";
    if (command === undefined) return { content: text(config), onlyIfMissing: true };
    return { content: text(withCommand(config, command)), onlyIfMissing: false };
  }
}

/** Its own agents play the playbook, as several who can be told apart. A mistake in it is told by the plan. */
function castsPlayers(text: string): boolean {
  const { config } = parseConfig(text);
  return config !== null && config.agents[config.routing["default"] ?? ""]?.backend === "playbook";
}

/** What the run's jobs may name as secrets: where no agent asks a model with a key, none of them holds one. */
export function secretsFor(
  config: string,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const { agents } = parseConfig(config).config;
  return Object.values(agents).some(({ backend }) => holdsKey(backend)) ? modelKeysIn(env) : {};
}

/** With the agent `command`. What is no configuration stays as it is, so that its mistake is told at the user's line. */
function withCommand(config: string, command: string): string {
  const document = parseDocument(config);
  const agents = isMap(document.contents) ? document.get("agents", true) : null;
  if (document.errors.length > 0 || agents === null) return config;
  if (isScalar(agents) && agents.value === null) {
    const none = document.createNode({});
    none.commentBefore = agents.comment ?? null;
    document.set("agents", none);
  } else if (agents !== undefined && !isMap(agents)) return config;
  document.setIn(["agents", "command"], document.createNode({ backend: "command", command }));
  return document.toString({ lineWidth: 0 });
}

async function layPlaybook(
  overlay: Map<string, { content: Uint8Array; onlyIfMissing: boolean }>,
  source: Source,
  file: string,
): Promise<void> {
  const content = await readFile(file).catch(() => {
    throw new UserError({
      what: `There is no playbook ${basename(file)}`,
      why: "--playbook names it",
      fix: "Give the path of a playbook.yml.",
    });
  });
  for (const [path, patch] of await readFolder(dirname(file), ".")) {
    if (path.endsWith(".patch"))
      overlay.set(`${source.spec}/${path.replace(/^\.\//, "")}`, { content: patch, onlyIfMissing: false });
  }
  overlay.set(`${source.spec}/playbook.yml`, { content, onlyIfMissing: false });
}

function humanOf(content: Uint8Array | undefined, source: Source): Human {
  if (!content)
    throw new UserError({
      what: "The agent playbook has nothing to play",
      why: `${source.spec} has no playbook.yml`,
      fix: "Give one with --playbook, or another --agent.",
    });
  const { playbook, diagnostics } = parsePlaybook(new TextDecoder().decode(content));
  if (!playbook) {
    throw new UserError({
      what: "The playbook is not in order",
      why: diagnostics.map((one) => formatDiagnostic(one, "playbook.yml")).join(" "),
      fix: "Mend it and start again.",
    });
  }
  return { human: playbook.human, approve: playbook.approve };
}
