/**
 * Paths that no agent may change: they decide what runs, who reviews, or what an agent is told. Design section 5.
 * Compared without case, at any depth: a checkout on another file system, or an agent started in a folder, reads them too.
 */
import { covers } from "../plan/locks.ts";
import { folded } from "./path-fault.ts";

/** Configuration that a coding agent obeys when it finds it in a checkout. */
export const AGENT_CONFIGURATION = [
  "claude.md",
  "claude.local.md",
  "agents.md",
  "agents.override.md",
  "gemini.md",
  "qwen.md",
  ".claude",
  ".codex",
  ".gemini",
  ".qwen",
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
  ".roo",
  ".roorules",
  ".continue",
  ".junie",
  ".amazonq",
  ".goosehints",
  ".aider.conf.yml",
  ".kiro/hooks",
  ".kiro/steering",
  ".kiro/settings",
  ".kiro/agents",
  ".vscode/mcp.json",
  ".github/copilot-instructions.md",
  ".github/instructions",
  ".github/prompts",
  ".github/agents",
  ".github/skills",
  ".github/hooks",
  ".github/copilot",
  ".github/mcp.json",
] as const;

const OF_THE_REPOSITORY = [".github", "codeowners", ".gitmodules", ".gitattributes", ".lfsconfig"] as const;

export interface Rules {
  specPath: string;
  /** Patterns of the configuration. */
  protectedPaths: readonly string[];
}

export interface Protection {
  code: string;
  /** Why a path, folded, is protected, or null. */
  why: (path: string, rules: Rules) => string | null;
}

export const PROTECTIONS: readonly Protection[] = [
  {
    code: "protected-spec",
    why: (path, { specPath }) => (covers([specPath], path) ? "it is part of the spec" : null),
  },
  { code: "protected-agents", why: named(AGENT_CONFIGURATION, "it configures coding agents") },
  {
    code: "protected-repository",
    why: named(OF_THE_REPOSITORY, "it decides what GitHub runs or who reviews"),
  },
  {
    code: "protected-configured",
    why: (path, { protectedPaths }) => {
      const pattern = protectedPaths.find((one) => covers([one], path));
      return pattern === undefined ? null : `protected_paths names it (${pattern})`;
    },
  },
];

export const configuresAgents = (path: string): boolean => isNamed(AGENT_CONFIGURATION, folded(path));

/** Of a link: also one in place of a folder that holds such configuration brings it, from wherever it leads. */
export const leadsToConfiguration = (path: string): boolean =>
  configuresAgents(path) || FOLDERS.some((folder) => `/${folded(path)}`.endsWith(`/${folder}`));

const FOLDERS = AGENT_CONFIGURATION.filter((name) => name.includes("/")).map((name) => name.split("/")[0]!);

function named(names: readonly string[], why: string): Protection["why"] {
  return (path) => (isNamed(names, path) ? why : null);
}

const isNamed = (names: readonly string[], path: string): boolean =>
  names.some((name) => `/${path}/`.includes(`/${name}/`));

/** Why a path is protected, or null. */
export function protection(
  path: string,
  rules: Rules,
  protections: readonly Protection[] = PROTECTIONS,
): string | null {
  const name = folded(path);
  for (const { why } of protections) {
    const because = why(name, rules);
    if (because !== null) return because;
  }
  return null;
}
