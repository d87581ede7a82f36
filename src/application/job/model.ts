/** An attempt's line to its model: opened with the key of the job's environment, and told in the hand-over when it is closed. */
import { handOverOf, plainAnswer } from "../../domain/agent/answer.ts";
import { ABILITIES } from "../../domain/agent/backend.ts";
import type { Job } from "../../domain/handover/job.ts";
import { CAPS, type SentHandOver, type Usage } from "../../domain/handover/result.ts";
import { UserError } from "../../domain/problem.ts";
import type { Log } from "../ports.ts";
import type { ModelAccess, ModelProxy, ModelUse, OpenModel } from "./ports.ts";

export interface ModelRequest {
  job: Job;
  /** The job's environment: where the keys are. */
  secrets: Readonly<Record<string, string | undefined>>;
}

/** Plays an attempt with its model at hand, and says in its hand-over what that took. */
export async function withModel(
  { proxy, log }: { proxy: ModelProxy; log: Log },
  request: ModelRequest,
  play: (model: ModelAccess | null) => Promise<SentHandOver>,
): Promise<SentHandOver> {
  let model: OpenModel | null;
  try {
    model = await openModel(proxy, request);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log.error(error.message);
    // A person must act first: another attempt would only meet the same.
    const nothing = { commits: [], verify: [], selfChecks: 0 };
    return handOverOf(request.job, plainAnswer("blocked", error.message), nothing);
  }
  if (model === null) return play(null);
  let handOver: SentHandOver;
  try {
    handOver = await play(model.access);
  } finally {
    await model.close();
  }
  return charged(handOver, { use: model.used(), job: request.job });
}

async function openModel(proxy: ModelProxy, { job, secrets }: ModelRequest): Promise<OpenModel | null> {
  const { provider } = ABILITIES[job.backend];
  if (provider === null) return null;
  const key = secrets[provider.key]?.trim() ?? "";
  if (key === "")
    throw new UserError({
      what: `The secret ${provider.key} is not set`,
      why: `an agent with the backend ${job.backend} asks its model with it`,
      fix: `Add it to the repository's secrets (for \`roundtable local\`: to its environment), and see that the work step of roundtable-agent.yml has the line \`${provider.key}: \${{ secrets.${provider.key} }}\` under \`env:\`.`,
    });
  return proxy.open({
    dialect: provider.dialect,
    origin: job.baseUrl ?? provider.origin,
    key,
    price: job.price,
    cap: job.limits.usd,
  });
}

/** An attempt that was refused its model is not done, whatever its agent says; what it left is handed over. */
function charged(handOver: SentHandOver, { use, job }: { use: ModelUse; job: Job }): SentHandOver {
  const usage = usageOf(handOver.usage, { use, job });
  if (!use.isRefused) return { ...handOver, usage };
  const summary = `It was stopped at its ceiling of ${job.limits.usd} USD. ${handOver.summary}`;
  return { ...handOver, outcome: "blocked", summary: summary.trim().slice(0, CAPS.text), usage };
}

/** What the proxy counted goes before what the agent says of itself. */
function usageOf(told: Usage | null, { use, job }: { use: ModelUse; job: Job }): Usage | null {
  const { model, tokens, usd, isEstimate, hasAsked, isRefused } = use;
  if (!hasAsked && !isRefused) return told;
  return {
    model: (job.model ?? model ?? told?.model ?? "").slice(0, CAPS.line),
    input: tokens.input,
    output: tokens.output,
    cached: tokens.cachedRead,
    usd: usd ?? told?.usd ?? null,
    ...(isEstimate && { isEstimate }),
    ...(isRefused && { isAtCap: true }),
  };
}
