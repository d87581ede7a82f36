/** `.github/roundtable.yml`, read at the base SHA. Unknown keys are errors that offer the nearest. Contracts, "Config". */
import { isMap, type Document, type LineCounter, type Node } from "yaml";
import { z } from "zod";
import { AgentConfig, agentName, Price, Reviewers, Routing, RoutingRule, SCRIPTED } from "./config-agents.ts";
import { Briefs, commands, ConfigFile, perType, PLANNERS, PROFILES, SUBTASKS } from "./config-file.ts";
import { Criticality, type UnitType } from "./plan/plan.ts";
import type { Diagnostic } from "./problem.ts";
import { nearest } from "./text/nearest.ts";
import { readYaml, YAML_LIMITS, type YamlLimit } from "./text/yaml.ts";

/** The configuration as the code uses it. */
export const Config = z.strictObject({
  verify: z.union([commands, perType]),
  checks: z.enum(["ignored", "required"]).default("ignored"),
  setup: commands,
  profile: z.enum(PROFILES),
  /** Units at work at once. */
  maxParallel: z.number().int().min(1),
  agents: z.record(agentName, AgentConfig),
  routing: z.record(z.string(), agentName),
  rules: z.array(RoutingRule).default([]),
  prices: z.record(z.string(), Price).default({}),
  planner: z.enum(PLANNERS).default("rules"),
  reviewerAgent: agentName.nullable(),
  panels: Reviewers.omit({ agent: true }).default({}),
  budget: z
    .strictObject({
      run: z.number().nullable(),
      unit: z.number().nullable().default(null),
      attempt: z.number().nullable().default(null),
      plan: z.number().nullable().default(null),
    })
    .default({ run: null, unit: null, attempt: null, plan: null }),
  isolation: z.enum(["required", "none"]).default("required"),
  /** Names of hosts; empty: all may be reached. */
  network: z.array(z.string()).default([]),
  requireHuman: z.array(Criticality).default([]),
  claimHours: z.number().default(72),
  subtasks: z.enum(SUBTASKS).default("checklist"),
  briefs: Briefs.default(Briefs.parse({})),
  protectedPaths: z.array(z.string()),
  project: z.string().default("off"),
});
export type Config = z.infer<typeof Config>;

/** Design section 6: what a profile sets together. */
export const PARALLEL: Readonly<Record<Config["profile"], number>> = { safe: 1, balanced: 3, throughput: 6 };

/** There without being named: they need no model. */
const BUILT_IN = {
  playbook: AgentConfig.parse({ backend: "playbook" }),
  practice: AgentConfig.parse({ backend: "practice" }),
};

/** All mistakes of the file with their place; with an error the configuration is the default one and must not be used. */
export function parseConfig(
  text: string,
  limits: readonly YamlLimit[] = YAML_LIMITS,
): { config: Config; diagnostics: Diagnostic[] } {
  const yaml = readYaml(text, limits);
  const fail = (diagnostics: Diagnostic[]) => ({
    config: configOf(ConfigFile.parse({ version: 1 })),
    diagnostics,
  });
  if (yaml.faults) return fail(yaml.faults.map((fault) => ({ severity: "error", code: "yaml", ...fault })));
  const { value, document, lines } = yaml;
  const parsed = ConfigFile.safeParse(value);
  if (!parsed.success)
    return fail(parsed.error.issues.flatMap((issue) => diagnosticsOf(issue, document, lines)));
  const config = configOf(parsed.data);
  const place = (path: PropertyKey[]): Place => placeOf(document, lines, path);
  return { config, diagnostics: [...unknownAgents(config, place), ...lacksOfPlanner(config, place)] };
}

function configOf(file: z.infer<typeof ConfigFile>): Config {
  const { rules, ...routing } = file.routing;
  const { agent: reviewerAgent = null, ...panels } = file.reviewers;
  return {
    verify: file.verify,
    checks: file.checks,
    setup: file.setup,
    profile: file.profile,
    maxParallel: file.max_parallel ?? PARALLEL[file.profile],
    agents: { ...BUILT_IN, ...file.agents },
    routing: Object.fromEntries(
      Object.entries(routing).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    rules,
    prices: file.prices,
    planner: file.planner,
    reviewerAgent,
    panels,
    budget: {
      run: file.budget.run ?? null,
      unit: file.budget.unit ?? null,
      attempt: file.budget.attempt ?? null,
      plan: file.budget.plan ?? null,
    },
    isolation: file.isolation,
    network: file.network.allow,
    requireHuman: file.require_human,
    claimHours: file.claim_hours,
    subtasks: file.issues.subtasks,
    briefs: file.briefs,
    protectedPaths: file.protected_paths,
    project: file.project,
  };
}

export const isScript = (agent: string, { agents }: Pick<Config, "agents">): boolean =>
  SCRIPTED.some((backend) => backend === agents[agent]?.backend);

/** The commands that verify a unit of a type; for the integration branch as a whole, those of all types. */
export function verifyCommands(config: Pick<Config, "verify">, type: UnitType | "all"): string[] {
  if (Array.isArray(config.verify)) return config.verify;
  if (type === "all" || type === "checkpoint")
    return [...new Set(Object.values(config.verify).flatMap((list) => list ?? []))];
  return config.verify[type] ?? [];
}

function unknownAgents(config: Config, place: (path: PropertyKey[]) => Place): Diagnostic[] {
  const named = [
    ...Object.entries(config.routing).map(([type, agent]) => ({ path: ["routing", type], agent })),
    ...config.rules.flatMap(({ agent }, at) =>
      agent === undefined ? [] : [{ path: ["routing", "rules", at, "agent"], agent }],
    ),
    ...(config.reviewerAgent ? [{ path: ["reviewers", "agent"], agent: config.reviewerAgent }] : []),
  ];
  return named
    .filter(({ agent }) => !(agent in config.agents))
    .map(({ path, agent }) =>
      diagnosticAt(place(path), {
        code: "unknown-agent",
        what: `There is no agent "${agent}"`,
        why: "`agents` does not name it",
        fix: offer(agent, Object.keys(config.agents)),
      }),
    );
}

/** It spends before anybody agrees: only what the repository itself has set aside. */
function lacksOfPlanner(
  { planner, routing, budget }: Config,
  place: (path: PropertyKey[]) => Place,
): Diagnostic[] {
  if (planner === "rules") return [];
  const lack = (key: string, fix: string): Diagnostic =>
    diagnosticAt(place(["planner"]), {
      code: "planner",
      what: `\`planner: model\` takes \`${key}\``,
      why: "a model is asked, and paid, before a person agrees to the plan",
      fix,
    });
  return [
    ...(routing["plan"] === undefined ? [lack("routing.plan", "Name the agent that is to plan.")] : []),
    ...(budget.plan === null ? [lack("budget.plan", "Set US dollars that one plan may take.")] : []),
  ];
}

interface Place {
  line: number;
  column: number;
}

const diagnosticAt = (
  { line, column }: Place,
  text: Pick<Diagnostic, "code" | "what" | "why" | "fix">,
): Diagnostic => ({ severity: "error", line, column, ...text });

function placeOf(document: Document, lines: LineCounter, path: PropertyKey[]): Place {
  for (let length = path.length; length >= 0; length--) {
    const node = (length === 0 ? document.contents : document.getIn(path.slice(0, length), true)) as
      | Node
      | undefined
      | null;
    if (node?.range) {
      const { line, col } = lines.linePos(node.range[0]);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}

function diagnosticsOf(issue: z.core.$ZodIssue, document: Document, lines: LineCounter): Diagnostic[] {
  const path = issue.path;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) =>
      diagnosticAt(keyPlace(document, lines, { path, key }), {
        code: "unknown-key",
        what: `Unknown key "${key}"`,
        why: path.length === 0 ? "the configuration has no such key" : `${path.join(".")} has no such key`,
        fix: offer(key, keysAt(path)),
      }),
    );
  }
  if (issue.code === "invalid_union")
    return issue.errors
      .flatMap((errors) => errors.slice(0, 1))
      .slice(0, 1)
      .flatMap((inner) => diagnosticsOf({ ...inner, path: [...path, ...inner.path] }, document, lines));
  return [
    diagnosticAt(placeOf(document, lines, path), {
      code: "value",
      what:
        path.length === 0 ? "The configuration is not a map" : `The value of ${path.join(".")} does not fit`,
      why: issue.message,
      fix: "See docs/configuration.md of Roundtable.",
    }),
  ];
}

function keyPlace(
  document: Document,
  lines: LineCounter,
  { path, key }: { path: PropertyKey[]; key: string },
): Place {
  const map = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(map) ? map.items.find((item) => String(item.key) === key) : undefined;
  const range = (pair?.key as Node | undefined)?.range;
  if (!range) return placeOf(document, lines, path);
  const { line, col } = lines.linePos(range[0]);
  return { line, column: col };
}

function keysAt(path: PropertyKey[]): string[] {
  const shapes: Readonly<Record<string, string[]>> = {
    "": Object.keys(ConfigFile.shape),
    verify: Object.keys(perType.shape),
    routing: Object.keys(Routing.shape),
    "routing.rules": Object.keys(RoutingRule.shape),
    prices: Object.keys(Price.shape),
    reviewers: Object.keys(Reviewers.shape),
    budget: ["run", "unit", "attempt", "plan"],
    issues: ["subtasks"],
    network: ["allow"],
    agents: Object.keys(AgentConfig.shape),
  };
  const [first = "", second = ""] = path.map(String);
  return shapes[`${first}.${second}`] ?? shapes[first] ?? [];
}

function offer(word: string, known: readonly string[]): string {
  const close = nearest(word, known);
  return close ? `Did you mean "${close}"?` : `Known here: ${known.join(", ")}.`;
}
