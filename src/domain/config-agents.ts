/** What the configuration says of agents: which there are, what their models cost, and who does and reviews what. */
import { z } from "zod";
import { Criticality, ReviewerRole, UnitType } from "./plan/plan.ts";

export const Backend = z.enum([
  "claude",
  "codex",
  "gemini",
  "opencode",
  "copilot",
  "kiro",
  "command",
  "playbook",
  "practice",
]);
export type Backend = z.infer<typeof Backend>;

/** They play what is written and read no brief: told that something is red, they would do the same again. */
export const SCRIPTED: readonly Backend[] = ["playbook", "practice"];

/** Written from its documentation, and never run by us. */
export const UNTESTED: readonly Backend[] = ["kiro"];

const turns = (count: number) => z.number().int().min(1).max(1000).default(count);

export const Turns = z
  .strictObject({
    implement: turns(20).describe("To implement, fix or resolve."),
    review: turns(15).describe("To review."),
    plan: turns(10).describe("To plan."),
  })
  .describe("How many turns the agent has at most in one attempt, where its program can count them.");

export const AgentConfig = z.strictObject({
  backend: Backend.describe(
    `The program behind the agent; docs/agents.md says how each is set up. Untested: ${UNTESTED.map((name) => `\`${name}\``).join(", ")}.`,
  ),
  model: z.string().optional().describe("The model that it uses; also its name in `prices`."),
  command: z
    .string()
    .optional()
    .describe(
      "For `backend: command`: program and arguments, split at spaces. The brief comes on its standard input.",
    ),
  base_url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Where the model is asked instead of its vendor: a gateway, or a server of your own."),
  turns: Turns.default(Turns.parse({})),
});

const tokens = z.number().int().min(0);

export const Price = z.strictObject({
  input: z.number().min(0).describe("US dollars for a million tokens that go in."),
  output: z.number().min(0).describe("US dollars for a million tokens that come out."),
  cached_read: z
    .number()
    .min(0)
    .optional()
    .describe("US dollars for a million tokens that go in from a cache; without it as `input`."),
  cached_write: z
    .number()
    .min(0)
    .optional()
    .describe("US dollars for a million tokens that go in and into a cache; without it as `input`."),
  attempt: z
    .strictObject({
      input: tokens.describe("Tokens that go in."),
      output: tokens.describe("Tokens that come out."),
      minutes: z.number().min(0).optional().describe("Minutes that it takes."),
    })
    .optional()
    .describe(
      "What one attempt takes by your own measure. It is reserved for each, and charged where an attempt does not tell what it took; without it the plan estimates no tokens and no money.",
    ),
});

export type Price = z.infer<typeof Price>;

export const agentName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,38}$/, "an agent's name is lower-case letters, digits and hyphens");

export const RoutingRule = z
  .strictObject({
    paths: z
      .array(z.string().min(1).max(300))
      .min(1)
      .max(50)
      .describe("Patterns of files; the rule is for units that write one of them."),
    type: UnitType.exclude(["checkpoint"]).optional().describe("The type of such units."),
    criticality: Criticality.optional().describe("How carefully they are reviewed."),
    agent: agentName.optional().describe("Who does them."),
  })
  .refine(({ type, criticality, agent }) => type ?? criticality ?? agent, {
    error: "a rule says type, criticality or agent",
  });

export const Routing = z.strictObject({
  default: agentName.optional().describe("Who does units of a type that is not named here."),
  code: agentName.optional().describe("Who does units of type code."),
  ui: agentName.optional().describe("Who does units of type ui."),
  docs: agentName.optional().describe("Who does units of type docs."),
  test: agentName.optional().describe("Who does units of type test."),
  review: agentName.optional().describe("Who does units of type review."),
  escalation: agentName
    .optional()
    .describe(
      "Who makes the third fix attempt of a unit; without it an agent of another backend than the author's, where there is one.",
    ),
  rate_limited: agentName
    .optional()
    .describe("Who goes on where the vendor of an agent limits its rate; without it the agent waits."),
  plan: agentName.optional().describe("Who refines the plan; it takes `planner: model`, and asks for it."),
  rules: z
    .array(RoutingRule)
    .max(100)
    .default([])
    .describe("Exceptions by path; the first rule that says something wins."),
});

const roles = z.array(ReviewerRole).min(1).max(5);

export const Reviewers = z.strictObject({
  agent: agentName
    .optional()
    .describe("Who reviews; without it an agent of another backend than the author's, where there is one."),
  standard: roles.optional().describe("The roles that read a standard unit. The rule: one."),
  complex: roles.optional().describe("The roles that read a complex unit. The rule: two."),
  "security-sensitive": roles
    .optional()
    .describe("The roles that read a security-sensitive unit. The rule: two, one of them for security."),
});
