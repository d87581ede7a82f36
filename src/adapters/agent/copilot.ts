/**
 * GitHub Copilot CLI with a model provider of one's own: no GitHub account, no telemetry. The checkout is no trusted
 * folder, so that its hooks, skills, plugins and servers are not loaded.
 */
import { z } from "zod";
import { UserError } from "../../domain/problem.ts";
import { documentOf, events, faultOf, type Cli } from "./cli.ts";

const Event = z.discriminatedUnion("type", [
  z.object({ type: z.literal("assistant.message"), data: z.object({ content: z.string() }) }),
  z.object({
    type: z.literal("session.error"),
    data: z.object({ message: z.string(), statusCode: z.number().optional() }),
  }),
  z.object({ type: z.literal("result"), exitCode: z.number() }),
]);

const UsageFile = z.object({
  modelMetrics: z.record(
    z.string(),
    z.object({
      usage: z.object({ inputTokens: z.number(), outputTokens: z.number(), cacheReadTokens: z.number() }),
    }),
  ),
});

export const copilot: Cli = {
  backend: "copilot",
  program: "copilot",
  npm: { name: "@github/copilot", version: "1.0.102", script: null },
  ownKey: null,
  refuses: [],
  sandboxProbe: null,
  counted: { turn: /^\{"type":"assistant\.turn_start"/ },
  command: ({ job, home, model }) => {
    if (job.model === null)
      throw new UserError({
        what: "A copilot agent has no model",
        why: "with a provider of one's own, Copilot asks the model that it is told to",
        fix: "Set `model` for it in .github/roundtable.yml.",
      });
    return {
      args: [
        "--output-format=json",
        "--allow-all-tools",
        ...(job.role === "review" ? ["--deny-tool=write"] : []),
        "--no-ask-user",
        "--no-auto-update",
        "--no-remote",
        "--disable-builtin-mcps",
        "--disable-client-telemetry",
        "--secret-env-vars=COPILOT_PROVIDER_API_KEY",
        `--usage-output-file=${home}/usage.json`,
      ],
      env: {
        ...(model && {
          COPILOT_PROVIDER_BASE_URL: `${model.origin}/v1`,
          COPILOT_PROVIDER_API_KEY: model.token,
        }),
        COPILOT_PROVIDER_TYPE: "openai",
        COPILOT_MODEL: job.model,
        COPILOT_OFFLINE: "true",
        COPILOT_AUTO_UPDATE: "false",
      },
      files: {},
      usageFile: `${home}/usage.json`,
    };
  },
  read: ({ stdout, stderr, usage }) => {
    const seen = events(stdout, Event);
    const ended = seen.findLast((event) => event.type === "result");
    const error = seen.findLast((event) => event.type === "session.error")?.data;
    const texts = seen.flatMap((event) => (event.type === "assistant.message" ? [event.data.content] : []));
    const message = error?.message ?? stderr.trim().slice(-500);
    const used = UsageFile.safeParse(documentOf(usage));
    const [model, metrics] = Object.entries(used.success ? used.data.modelMetrics : {})[0] ?? [];
    return {
      text: texts.findLast((text) => text !== "") ?? "",
      fault: ended?.exitCode === 0 ? null : faultOf(error?.statusCode ?? null, message),
      usage:
        model !== undefined && metrics
          ? {
              model,
              input: metrics.usage.inputTokens,
              output: metrics.usage.outputTokens,
              cached: metrics.usage.cacheReadTokens,
              usd: null,
            }
          : null,
    };
  },
};
