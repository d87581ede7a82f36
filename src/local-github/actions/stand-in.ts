/** Actions of GitHub's own that the runner does itself, by their name without version. */
import { dirname } from "node:path";
import { downloadArtifact, uploadArtifact } from "./artifact-steps.ts";
import { checkout } from "./checkout.ts";
import type { JobSpace } from "./job-space.ts";

export interface StandInCall {
  space: JobSpace;
  /** What `with` says, names in lower case. */
  inputs: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

/** Throws a sentence where the real action would fail; answers with the step's outputs. */
export type StandIn = (call: StandInCall) => Promise<Record<string, string>>;

export const STAND_INS: Readonly<Record<string, StandIn>> = {
  "actions/checkout": checkout,
  "actions/upload-artifact": uploadArtifact,
  "actions/download-artifact": downloadArtifact,
  "actions/setup-node": setupNode,
};

/** The runner's own Node is the only one there is. */
async function setupNode({ space }: StandInCall): Promise<Record<string, string>> {
  space.path.unshift(dirname(process.execPath));
  space.log.write(`Node ${process.version} of this machine`);
  return { "node-version": process.version, "cache-hit": "false" };
}
