/** What the jobs of an attempt need beside the ports of a pass. */
import type { AgentAnswer } from "../../domain/agent/answer.ts";
import type { Dialect } from "../../domain/agent/backend.ts";
import type { Tokens } from "../../domain/agent/usage.ts";
import type { Price } from "../../domain/config-agents.ts";
import type { Job } from "../../domain/handover/job.ts";

/** How an agent reaches its model: by a proxy on this machine, which holds the key. */
export interface ModelAccess {
  /** Such as `http://127.0.0.1:4711`; paths are the vendor's own. */
  origin: string;
  /** In the key's place; the proxy takes no other. */
  token: string;
}

export interface ModelRoute {
  dialect: Dialect;
  /** The vendor's, or what stands in its place. */
  origin: string;
  key: string;
  /** Null: tokens are counted, money is not. */
  price: Price | null;
  /** US dollars; a request that may pass it is refused. Null: none. */
  cap: number | null;
}

export interface ModelUse {
  /** The last that was named in a question. */
  model: string | null;
  tokens: Tokens;
  /** Null: there is no price. */
  usd: number | null;
  /** Some of it was counted by length, because an answer did not tell. */
  isEstimate: boolean;
  /** It was asked something that is charged. */
  hasAsked: boolean;
  /** A request was refused at the cap. */
  isRefused: boolean;
}

export interface OpenModel {
  access: ModelAccess;
  used(): ModelUse;
  /** Ends what is under way. */
  close(): Promise<void>;
}

export interface ModelProxy {
  open(route: ModelRoute): Promise<OpenModel>;
}

export interface AgentRequest {
  brief: string;
  job: Job;
  /** The folder to work in, absolute. */
  checkout: string;
  /** The whole environment of whatever is started. */
  env: Readonly<Record<string, string>>;
  /** Null for a backend that asks no model through us. */
  model: ModelAccess | null;
  /** Aborted at the soft deadline. */
  signal: AbortSignal;
}

/**
 * Does the work of one attempt in the checkout, or reviews it. What it changed is measured by the caller, never told
 * by the answer. Rejects only when it could not do its part at all.
 */
export interface Agent {
  /** Puts its program in place, as the job's own user, before anything of the branch runs. */
  prepare?(signal: AbortSignal): Promise<void>;
  work(request: AgentRequest): Promise<AgentAnswer>;
}

/** Output of programs that we do not trust, as it comes. */
export type Echo = (chunk: Uint8Array) => void;
