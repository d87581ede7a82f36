/**
 * What `.github/roundtable.yml` may say; of agents: config-agents.ts. The only source of its types, defaults and meaning:
 * docs/configuration.md and schema/config.schema.json are made from it.
 */
import { z } from "zod";
import { AgentConfig, agentName, Price, Reviewers, Routing } from "./config-agents.ts";
import { ALLOWED_HOST } from "./network.ts";
import { Criticality } from "./plan/plan.ts";

export const commands = z.array(z.string().min(1).max(2000)).max(50);
export const perType = z.strictObject({
  code: commands.optional().describe("For units of type code."),
  ui: commands.optional().describe("For units of type ui."),
  docs: commands.optional().describe("For units of type docs."),
  test: commands.optional().describe("For units of type test."),
  review: commands.optional().describe("For units of type review."),
});

export const PLANNERS = ["rules", "model"] as const;

export const SUBTASKS = ["checklist", "sub-issues"] as const;

export const PROFILES = ["safe", "balanced", "throughput"] as const;

export const Briefs = z.strictObject({
  test_first: z
    .boolean()
    .default(false)
    .describe("Agents are to write a test that fails before the code that it asks for."),
  rubric: z
    .boolean()
    .default(true)
    .describe("Reviewers are told what `docs/CODE-REVIEW.md` of the base branch asks of a review."),
  learnings: z
    .boolean()
    .default(true)
    .describe("Agents are told what those of landed units of the same run have learned."),
  handover: z.boolean().default(true).describe("Agents are told the note that the attempt before them left."),
  rules: z
    .array(z.string().trim().min(1).max(300))
    .max(20)
    .default([])
    .describe("Rules of your own, one line each. They count as our words, of which a brief has at most 500."),
});

export const ConfigFile = z.strictObject({
  version: z.literal(1).describe("The version of this format."),
  verify: z
    .union([commands, perType])
    .default([])
    .describe(
      "Commands that must succeed before work lands: for all units, or by the type of the unit. What units are together is verified by the commands of all types. Without any, nothing is verified, and plan and pull requests say so.",
    ),
  checks: z
    .enum(["ignored", "required"])
    .default("ignored")
    .describe(
      "With `required` work lands only when the repository's own checks are green on the train's commit as well. It takes an App's token and a workflow that begins by a push to `roundtable/*/train`.",
    ),
  setup: commands
    .default([])
    .describe(
      "Commands that make a fresh checkout ready; they run before an agent begins and before `verify`.",
    ),
  profile: z
    .enum(PROFILES)
    .default("balanced")
    .describe(
      "How bold a run is. It sets how many units are at work at once (1, 3, 6), how many pull requests land together (1, 3, 6) and what units may do whose files nobody knows: work alone, one at a time beside others, freely.",
    ),
  max_parallel: z
    .number()
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe("Units at work at once; without it the profile's number."),
  planner: z
    .enum(PLANNERS)
    .default("rules")
    .describe(
      "Who makes the plan. With `model` the agent of `routing.plan` is asked, before anybody agrees, for what the rules only guess; it takes `budget.plan`. What it says is checked, marked as inferred, and shown.",
    ),
  agents: z
    .record(agentName, AgentConfig)
    .default({})
    .describe(
      "The agents of this repository by name. `playbook` and `practice` are there without being named.",
    ),
  routing: Routing.default({ rules: [] }).describe(
    "Which agent does what. Without it docs and tests go to the agent with the cheapest price, complex and security-sensitive units to the dearest, where several have one; all else to the first agent, or `practice` where none is named.",
  ),
  reviewers: Reviewers.default({}).describe("Who reviews, in place of the rules."),
  budget: z
    .strictObject({
      run: z
        .number()
        .min(0)
        .optional()
        .describe(
          "US dollars for a run; of this and `--max-cost` the lower one holds. When it is spent, no agent is started any more and a decision asks.",
        ),
      unit: z
        .number()
        .min(0)
        .optional()
        .describe(
          "US dollars for a unit with its reviews and fixes. When it is spent, no agent is started for that unit any more and a decision asks.",
        ),
      attempt: z
        .number()
        .min(0)
        .optional()
        .describe(
          "US dollars for one attempt. Without it attempts share what the run has left; each is reserved what it may take. Where the model has a price, a request goes out only when the longest answer that it allows still fits: a ceiling below that price refuses the first.",
        ),
      plan: z
        .number()
        .min(0)
        .optional()
        .describe(
          "US dollars for refining one plan with `planner: model`, spent before a person agrees to it. They count as spent by the run.",
        ),
    })
    .default({})
    .describe(
      "Ceilings on money. An agent whose model has a price is stopped at them while it works; one that only tells what it took, or for which `prices` has an estimate, is held to them between attempts.",
    ),
  prices: z
    .record(z.string(), Price)
    .default({})
    .describe(
      "What models cost, by the name that `agents` gives them. It charges what agents take and holds them to `budget`; the plan's estimate comes from it, and where several agents have a price, who does what nothing else gives to one.",
    ),
  issues: z
    .strictObject({
      subtasks: z
        .enum(SUBTASKS)
        .default("checklist")
        .describe(
          "How the tasks of a unit stand in its issue: as a checklist, or each as an issue of its own below it, which costs GitHub three writes a task more.",
        ),
    })
    .default({ subtasks: "checklist" })
    .describe("The form of issues."),
  require_human: z
    .array(Criticality)
    .default([])
    .describe("Units of these land only when a person with write access has approved the pull request."),
  claim_hours: z
    .number()
    .min(1)
    .max(8760)
    .default(72)
    .describe(
      "How long a unit stays with who took it by `/orchestrate claim` while nothing new comes from them; then agents begin it anew.",
    ),
  project: z
    .string()
    .regex(/^(?:off|auto|https?:\/\/[^/\s]+\/(?:orgs|users)\/[\w.-]+\/projects\/\d+\/?)$/)
    .default("off")
    .describe(
      "A project (Projects v2) that shows the units with Status, Agent, Criticality and Attempt: its URL (`https://github.com/orgs/<name>/projects/<n>`), `auto` for one named after the repository, or `off`. Written only, never read back; GITHUB_TOKEN cannot reach projects.",
    ),
  briefs: Briefs.default(Briefs.parse({})).describe(
    "What the briefs of agents hold beside what they always hold.",
  ),
  protected_paths: z
    .array(z.string())
    .default([])
    .describe(
      "Patterns of files that no agent may change, beside those that are always protected: `.github`, CODEOWNERS, configuration of agents, the spec itself.",
    ),
  isolation: z
    .enum(["required", "none"])
    .default("required")
    .describe(
      "Agents work as a user of their own that can read neither the model's key nor the job's token. Where a runner has no such user to give, no agent begins in a step that holds a key; with `none` it works as the job's user all the same.",
    ),
  network: z
    .strictObject({
      allow: z
        .array(
          z
            .string()
            .max(300)
            .regex(
              ALLOWED_HOST,
              "a host is a name, `*.` and a name, or an address, and may end in `:` and a port",
            ),
        )
        .default([])
        .describe(
          "Hosts: `example.org`, `*.example.org` for all below it, or an address (IPv6 in brackets), for the ports 443 and 80, or for one port: `example.org:8443`. A name whose address is private or the machine's own takes that address in the list as well.",
        ),
    })
    .default({ allow: [] })
    .describe(
      "What agents, `setup` and `verify` commands may reach beside the agent's own model: with a host in `allow` nothing but those, by HTTP or HTTPS through a proxy that their environment names. Without any the network is open. Takes root or sudo in the jobs, as on GitHub's Linux; elsewhere nothing begins.",
    ),
});
