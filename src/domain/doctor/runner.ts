/** What is known of isolation before a job begins: whether branch code gets a user of its own, and the network (design section 5). */
import { isMap, parseDocument } from "yaml";
import type { Config } from "../config.ts";
import { found, type Check, type Finding } from "./check.ts";

/** GitHub's own Linux has sudo without a password. */
const HOSTED = /^ubuntu-(?:latest|\d\d\.\d\d)(?:-arm)?$/;
/** Jobs that run branch code. */
const JOBS = ["work", "verify"];

export const RUNNER_CHECKS: readonly Check[] = [
  {
    code: "runner",
    // Of other runners it is known only when a job begins, and its log says which case it is.
    sound: "Agents and commands get a user of their own on the runner",
    needs: "the agent workflow and the configuration",
    judge: ({ workflows, config }) =>
      workflows.agent?.text == null || config === null
        ? null
        : userFindings(workflows.agent.text, config.config),
  },
];

function userFindings(agentWorkflow: string, { isolation, network }: Config): Finding[] {
  const document = parseDocument(agentWorkflow);
  if (document.errors.length > 0) return [];
  return JOBS.flatMap((name) => {
    const job = document.getIn(["jobs", name], true);
    if (!isMap(job)) return [];
    const label = job.has("container") ? "a container" : String(job.get("runs-on"));
    if (HOSTED.test(label)) return [];
    const key = isolation === "none" ? "may read it" : "does not begin";
    const otherwise =
      network.length > 0
        ? "nothing begins, because `network.allow` takes one"
        : `all of them run as the job's own user, and an agent whose step holds a key ${key}`;
    return [
      found("note", {
        what: `Whether job ${name} has a user of their own for agents and commands is not known`,
        why: `it runs on ${label.slice(0, 100)}, not on GitHub's own Linux`,
        fix: `Let it run on Linux as root or with sudo without a password: else ${otherwise}.`,
      }),
    ];
  });
}
