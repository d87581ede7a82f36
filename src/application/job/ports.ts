/** What the jobs of an attempt need beside the ports of a pass. */
import type { AgentAnswer } from "../../domain/agent/answer.ts";
import type { Job } from "../../domain/handover/job.ts";

export interface AgentRequest {
  brief: string;
  job: Job;
  /** The folder to work in, absolute. */
  checkout: string;
  /** The whole environment of whatever is started. */
  env: Readonly<Record<string, string>>;
  /** Aborted at the soft deadline. */
  signal: AbortSignal;
}

/**
 * Does the work of one attempt in the checkout, or reviews it. What it changed is measured by the caller, never told
 * by the answer. Rejects only when it could not do its part at all.
 */
export interface Agent {
  work(request: AgentRequest): Promise<AgentAnswer>;
}

/** Output of programs that we do not trust, as it comes. */
export type Echo = (chunk: Uint8Array) => void;
