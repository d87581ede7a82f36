/**
 * Paths that no agent may change: they decide what runs, who reviews, or what an agent is told. Design section 5.
 * Compared without case, at any depth: a checkout on another file system, or an agent started in a folder, reads them too.
 */
import { covers } from "../plan/locks.ts";

/** Configuration that a coding agent obeys when it finds it in a checkout. */
export const AGENT_CONFIGURATION = [
  "claude.md",
  "claude.local.md",
  "agents.md",
  "agents.override.md",
  "gemini.md",
  ".claude",
  ".codex",
  ".gemini",
  ".agents",
  ".mcp.json",
  ".opencode",
  "opencode.json",
  "opencode.jsonc",
  ".cursor",
  ".cursorrules",
  ".windsurf",
  ".windsurfrules",
  ".clinerules",
  ".aider.conf.yml",
  ".kiro/hooks",
  ".kiro/steering",
  ".kiro/settings",
  ".kiro/agents",
  ".vscode/mcp.json",
] as const;

const OF_THE_REPOSITORY = [".github", "codeowners", ".gitmodules", ".gitattributes"] as const;

/** Why a path is protected, or null. `more` are patterns of the configuration. */
export function protection(
  path: string,
  { specPath, more }: { specPath: string; more: readonly string[] },
): string | null {
  const low = path.toLowerCase();
  if (covers([specPath], low)) return "it is part of the spec";
  if (OF_THE_REPOSITORY.some((name) => holds(low, name))) return "it decides what GitHub runs or who reviews";
  if (AGENT_CONFIGURATION.some((name) => holds(low, name))) return "it configures coding agents";
  const pattern = more.find((other) => covers([other], low));
  return pattern === undefined ? null : `protected_paths names it (${pattern})`;
}

const holds = (path: string, name: string): boolean => `/${path}/`.includes(`/${name}/`);
