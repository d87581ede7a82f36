/** Puts together the agents, and what holds their key. */
import { cliAgent } from "../adapters/agent/cli-agent.ts";
import { CLIS } from "../adapters/agent/clis.ts";
import { commandAgent } from "../adapters/agent/command.ts";
import { reachOf, type Installer } from "../adapters/agent/install.ts";
import { playbookAgent } from "../adapters/agent/playbook.ts";
import { practiceAgent } from "../adapters/agent/practice.ts";
import { allowedEnvironment } from "../application/job/commands.ts";
import type { Agent, Echo, ModelProxy } from "../application/job/ports.ts";
import type { Files, Processes } from "../application/ports.ts";
import type { Backend } from "../domain/config-agents.ts";
import { machine } from "./compose.ts";
import type { Place } from "./compose-place.ts";

/** Holds the model's key of a job. `door`: how a place reaches it that has no network. */
export const composeModelProxy = (door: Place["door"]): ModelProxy => ({
  async open(route) {
    // Most agents of a run on this machine ask no model: its server is loaded where there is a key to hold.
    const { keyProxy } = await import("../adapters/agent/key-proxy.ts");
    return keyProxy({ ...machine, door }).open(route);
  },
});

export interface AgentPorts {
  /** Of the place where it works. */
  processes: Processes;
  files: Files;
  echo: Echo;
  /** Where programs are installed that it can read, and not change. */
  tools: string;
}

export function composeAgent(backend: Backend, ports: AgentPorts): Agent {
  switch (backend) {
    case "command":
      return commandAgent(ports);
    case "playbook":
      return playbookAgent(ports);
    case "practice":
      return practiceAgent(ports);
    case "claude":
    case "codex":
    case "gemini":
    case "opencode":
    case "copilot":
    case "kiro":
      return cliAgent(CLIS[backend], {
        ...ports,
        random: machine.random,
        installer: installer(ports),
        secrets: process.env,
      });
    default:
      return backend satisfies never;
  }
}

/** As the job's own user. `ROUNDTABLE_AGENTS`: a folder of the machine's where what is installed stays. */
const installer = ({ echo, tools }: AgentPorts): Installer => ({
  ...machine,
  echo,
  env: { ...allowedEnvironment(process.env), ...reachOf(process.env) },
  folder: process.env["ROUNDTABLE_AGENTS"] ?? tools,
});
