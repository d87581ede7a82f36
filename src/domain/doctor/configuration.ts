/** The configuration, the agents that it gives work to, and the keys that they need. */
import { ABILITIES, keyOf } from "../agent/backend.ts";
import { Turns, UNTESTED } from "../config-agents.ts";
import { verifyCommands, type Config } from "../config.ts";
import { found, settings, type Check, type Finding } from "./check.ts";
import type { Facts } from "./facts.ts";

const CONFIG = ".github/roundtable.yml";
const READS_CONFIG = "a token that may read contents";

export const CONFIGURATION_CHECKS: readonly Check[] = [
  {
    code: "configuration",
    sound: "The configuration is there and in order",
    needs: READS_CONFIG,
    judge: ({ config }) => {
      if (config === null) return null;
      if (!config.isThere)
        return [
          found("warning", {
            what: `There is no ${CONFIG}`,
            why: "nothing is verified, and no agent of yours is known",
            fix: "`roundtable init` writes it; docs/configuration.md of Roundtable begins with an example.",
          }),
        ];
      return config.faults.map((fault) =>
        found(fault.severity, {
          what: `${CONFIG}:${fault.line}:${fault.column}: ${fault.what}`,
          why: fault.why,
          fix: fault.fix,
        }),
      );
    },
  },
  {
    code: "verify-commands",
    sound: "Work is verified by commands of the repository",
    needs: "a configuration in order",
    judge: ({ config }) => {
      if (!config?.isThere || hasError(config)) return null;
      if (verifyCommands(config.config, "all").length > 0) return [];
      return [
        found("warning", {
          what: `${CONFIG} names no verify commands`,
          why: "nothing checks that the work holds",
          fix: "Name under verify the commands that test this repository.",
        }),
      ];
    },
  },
  {
    code: "agents",
    sound: "Every agent is tried, knows its model, and is held to its turns",
    needs: READS_CONFIG,
    judge: (facts) => facts.config && agentsOf(facts).flatMap(agentFindings),
  },
  {
    code: "model-keys",
    sound: "The keys that agents need are among the secrets",
    needs: READS_CONFIG,
    judge: (facts) => facts.config && keyFindings(facts),
  },
];

const hasError = ({ faults }: NonNullable<Facts["config"]>): boolean =>
  faults.some(({ severity }) => severity === "error");

export type KnownAgent = Config["agents"][string] & { name: string };

/** Those that are given work, or all that the configuration names. */
export function agentsOf({ config, agents }: Pick<Facts, "config" | "agents">): KnownAgent[] {
  const known = config?.config.agents ?? {};
  const names = new Set(agents ?? Object.keys(known));
  return [...names].flatMap((name) => (known[name] ? [{ name, ...known[name] }] : []));
}

const USUAL_TURNS = Turns.parse({});

function agentFindings({ name, backend, model, turns }: KnownAgent): Finding[] {
  const findings: Finding[] = [];
  if (UNTESTED.includes(backend))
    findings.push(
      found("note", {
        what: `The agent ${name} is untested`,
        why: `the backend ${backend} was written from its documentation and never run by us`,
        fix: "Try it on a small spec first; docs/agents.md of Roundtable says what it needs.",
      }),
    );
  if (ABILITIES[backend].needsModel && !model)
    findings.push(
      found("error", {
        what: `The agent ${name} has no model`,
        why: `the backend ${backend} asks the model that it is told to`,
        fix: `Set model for it in ${CONFIG}.`,
      }),
    );
  if (!ABILITIES[backend].hasTurnCap && JSON.stringify(turns) !== JSON.stringify(USUAL_TURNS))
    findings.push(
      found("note", {
        what: `The turns of the agent ${name} are not counted`,
        why: `the backend ${backend} neither counts its turns nor tells when one begins`,
        fix: `Take turns from it in ${CONFIG}; it ends at the deadline of its job.`,
      }),
    );
  return findings;
}

/** A pass cannot see secrets: there a missing key shows only in a job. */
function keyFindings(facts: Facts): Finding[] {
  const { secrets } = facts;
  const keyed = agentsOf(facts).flatMap(({ name, backend }) => {
    const key = keyOf(backend);
    return key === null || secrets?.includes(key) === true ? [] : [{ name, key }];
  });
  return [...Map.groupBy(keyed, ({ key }) => key)].map(([key, of]) => {
    const cannot = `${of.map(({ name }) => name).join(", ")} cannot work without it`;
    return secrets === null
      ? found("note", {
          what: `Whether the secret ${key} is there cannot be known`,
          why: `no run can see secrets, and ${cannot}`,
          fix: "See that it is among the repository's secrets for Actions.",
        })
      : found("error", {
          what: `The secret ${key} is not there`,
          why: cannot,
          fix: `Add it: ${settings(facts, "secrets")}, or with: gh secret set ${key}.`,
        });
  });
}
