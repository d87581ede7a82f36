/** This machine, as a place where jobs run: a person's own, or a self-hosted runner. */
import { ABILITIES } from "../agent/backend.ts";
import { found, type Check } from "./check.ts";
import { agentsOf, type KnownAgent } from "./configuration.ts";

const NEEDS = "to run on the machine that the jobs run on";
const LEAST_NODE = 24;

export const MACHINE_CHECKS: readonly Check[] = [
  {
    code: "node",
    sound: `Node ${LEAST_NODE} or later is here`,
    needs: NEEDS,
    judge: ({ machine }) => {
      if (machine === null) return null;
      if (Number(/^v?(\d+)/.exec(machine.node)?.[1]) >= LEAST_NODE) return [];
      return [
        found("error", {
          what: `This is Node ${machine.node}`,
          why: `Roundtable needs ${LEAST_NODE} or later`,
          fix: `Install Node ${LEAST_NODE}.`,
        }),
      ];
    },
  },
  {
    code: "git",
    sound: "Git is here",
    needs: NEEDS,
    judge: ({ machine }) => {
      if (machine === null) return null;
      if (machine.git !== null) return [];
      return [
        found("error", {
          what: "There is no git on the PATH",
          why: "jobs measure the work of agents with it",
          fix: "Install git.",
        }),
      ];
    },
  },
  {
    code: "isolation",
    sound: "Branch code can be given a user of its own here",
    needs: NEEDS,
    judge: ({ machine, config }) => {
      if (machine === null) return null;
      if (machine.user !== null) return [];
      const { isolation, network } = config?.config ?? { isolation: "required", network: [] };
      const then =
        network.length > 0
          ? "nothing begins, because `network.allow` takes one"
          : isolation === "none"
            ? "agents and commands run as the job's own user"
            : "an agent whose step holds a key does not begin";
      return [
        found(network.length > 0 ? "error" : "warning", {
          what: "This machine has no user to give to branch code",
          why: `it is neither root nor has sudo without a password: ${then}`,
          fix: "Run jobs on Linux as root, or with sudo without a password and the program setpriv.",
        }),
      ];
    },
  },
  {
    code: "agent-programs",
    sound: "The programs of the agents are here, or can be installed",
    needs: `${NEEDS}, with a configuration`,
    judge: ({ machine, config, agents }) =>
      machine === null || config === null
        ? null
        : agentsOf({ config, agents }).flatMap((agent) => {
            const program = programOf(agent);
            if (program === null || machine.programs[program] !== false) return [];
            return [
              found("error", {
                what: `The program ${program.slice(0, 100)} is not here`,
                why: `the agent ${agent.name} ${ABILITIES[agent.backend].provider === null ? "is that program" : "is installed with it"}`,
                fix: "Install it, and let it be on the PATH of the jobs.",
              }),
            ];
          }),
  },
];

/** What must be there for an agent to begin: others are installed in the job, by npm. */
export function programOf({ backend, command }: KnownAgent): string | null {
  if (backend === "command") return command?.split(/\s+/)[0] ?? null;
  if (backend === "kiro") return "kiro-cli";
  return ABILITIES[backend].provider === null ? null : "npm";
}
