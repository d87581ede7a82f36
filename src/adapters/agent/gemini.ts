/**
 * Gemini CLI. The checkout is no trusted folder, so that its settings, hooks, servers and .env are not loaded; what
 * such a folder would not allow, a policy of ours does.
 */
import { z } from "zod";
import { events, faultOf, type Cli, type Fault } from "./cli.ts";

const Event = z.discriminatedUnion("type", [
  z.object({ type: z.literal("init"), model: z.string().optional() }),
  z.object({ type: z.literal("message"), role: z.string(), content: z.string() }),
  z.object({ type: z.literal("tool_use") }),
  z.object({
    type: z.literal("result"),
    status: z.string(),
    error: z.object({ type: z.string().optional(), message: z.string() }).optional(),
    stats: z
      .object({
        input_tokens: z.number(),
        output_tokens: z.number(),
        cached: z.number().default(0),
        models: z.record(z.string(), z.unknown()).default({}),
      })
      .optional(),
  }),
]);
type Event = z.infer<typeof Event>;

const settings = (turns: number): object => ({
  security: { auth: { selectedType: "gemini-api-key" }, folderTrust: { enabled: false } },
  general: { enableAutoUpdate: false, enableAutoUpdateNotification: false, maxAttempts: 4 },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
  hooksConfig: { enabled: false },
  model: { maxSessionTurns: turns },
});

const ALLOW = '[[rule]]\ntoolName = "*"\ndecision = "allow"\npriority = 100\nallowRedirection = true\n';
const DENY_WRITING = '\n[[rule]]\ntoolName = ["write_file", "replace"]\ndecision = "deny"\npriority = 200\n';

export const gemini: Cli = {
  backend: "gemini",
  program: "gemini",
  npm: { name: "@google/gemini-cli", version: "0.61.0", script: null },
  ownKey: null,
  refuses: [],
  sandboxProbe: null,
  counted: {},
  command: ({ job, home, model }) => ({
    args: [
      "--output-format=stream-json",
      ...(job.model === null ? [] : [`--model=${job.model}`]),
      "--approval-mode=default",
      `--policy=${home}/policy.toml`,
      "--extensions=none",
    ],
    env: {
      ...(model && { GEMINI_API_KEY: model.token, GOOGLE_GEMINI_BASE_URL: model.origin }),
      GEMINI_CLI_TRUST_WORKSPACE: "false",
      // Its own second process would outlive an end by signal.
      GEMINI_CLI_NO_RELAUNCH: "true",
    },
    files: {
      [`${home}/.gemini/settings.json`]: JSON.stringify(settings(job.limits.turns)),
      [`${home}/policy.toml`]: job.role === "review" ? `${ALLOW}${DENY_WRITING}` : ALLOW,
    },
  }),
  read: ({ code, stdout, stderr }) => {
    const seen = events(stdout, Event);
    const result = seen.findLast((event) => event.type === "result");
    const stats = result?.stats;
    return {
      text: lastWords(seen),
      fault:
        result?.status === "success"
          ? null
          : faultIn(code, result?.error?.message ?? stderr.trim().slice(-500)),
      usage: stats
        ? {
            model: Object.keys(stats.models)[0] ?? "",
            input: stats.input_tokens,
            output: stats.output_tokens,
            cached: stats.cached,
            usd: null,
          }
        : null,
    };
  },
};

/** What it said after its last tool. */
function lastWords(seen: readonly Event[]): string {
  const last = seen.findLastIndex(({ type }) => type === "tool_use");
  return seen
    .slice(last + 1)
    .flatMap((event) => (event.type === "message" && event.role === "assistant" ? [event.content] : []))
    .join("");
}

/** It ends with the status of the last answer, as much as an exit code holds. */
const STATUS_BY_CODE: Partial<Record<number, number>> = {
  41: 401,
  144: 400,
  145: 401,
  147: 403,
  148: 404,
  173: 429,
};

function faultIn(code: number | null, message: string): Fault {
  if (code === 53) return { kind: "limit", message };
  const status = code === null ? null : (STATUS_BY_CODE[code] ?? null);
  return faultOf(status, message);
}
