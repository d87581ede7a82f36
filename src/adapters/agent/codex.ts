/** Codex. The checkout is no trusted project, so that its settings, hooks and servers are not loaded. */
import { z } from "zod";
import { events, faultOf, statusInWords, type Cli } from "./cli.ts";

const Event = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("item.completed"),
    item: z.object({ type: z.literal("agent_message"), text: z.string() }),
  }),
  z.object({ type: z.literal("turn.failed"), error: z.object({ message: z.string() }) }),
  z.object({
    type: z.literal("turn.completed"),
    usage: z.object({
      input_tokens: z.number(),
      cached_input_tokens: z.number().default(0),
      output_tokens: z.number(),
    }),
  }),
]);

const PROVIDER = "model_providers.roundtable";
const KEY = "ROUNDTABLE_MODEL_TOKEN";
const set = (name: string, value: string | number | boolean): string[] => [
  "-c",
  `${name}=${JSON.stringify(value)}`,
];

export const codex: Cli = {
  backend: "codex",
  program: "codex",
  npm: { name: "@openai/codex", version: "0.169.0", script: null },
  ownKey: null,
  refuses: [],
  sandboxProbe: ["sandbox", "--", "true"],
  counted: {},
  command: ({ job, checkout, model, hasSandbox }) => ({
    args: [
      "exec",
      "--json",
      `--cd=${checkout}`,
      // Without a sandbox of its own every command would fail; ours is around it.
      `--sandbox=${hasSandbox ? (job.role === "review" ? "read-only" : "workspace-write") : "danger-full-access"}`,
      ...(job.model === null ? [] : [`--model=${job.model}`]),
      "--ephemeral",
      "--ignore-rules",
      "--skip-git-repo-check",
      ...set("model_provider", "roundtable"),
      ...set(`${PROVIDER}.name`, "roundtable"),
      ...(model ? set(`${PROVIDER}.base_url`, `${model.origin}/v1`) : []),
      ...set(`${PROVIDER}.env_key`, KEY),
      ...set(`${PROVIDER}.wire_api`, "responses"),
      // One for each request within three for each turn: they multiply.
      ...set(`${PROVIDER}.request_max_retries`, 1),
      ...set(`${PROVIDER}.stream_max_retries`, 3),
      ...set("sandbox_workspace_write.network_access", true),
      ...set("web_search", "disabled"),
      ...set("analytics.enabled", false),
      ...set("otel.metrics_exporter", "none"),
      ...set("check_for_update_on_startup", false),
      "--disable=plugins",
      "--disable=hooks",
      "-",
    ],
    env: { ...(model && { [KEY]: model.token }) },
    files: {},
  }),
  read: ({ stdout, stderr }) => {
    const seen = events(stdout, Event);
    const done = seen.find((event) => event.type === "turn.completed");
    const failed = seen.find((event) => event.type === "turn.failed");
    const texts = seen.flatMap((event) => (event.type === "item.completed" ? [event.item.text] : []));
    const message = failed?.error.message ?? stderr.trim().slice(-500);
    return {
      text: texts.at(-1) ?? "",
      fault: done && !failed ? null : faultOf(statusIn(message), message),
      usage: done
        ? {
            model: "",
            input: done.usage.input_tokens,
            output: done.usage.output_tokens,
            cached: done.usage.cached_input_tokens,
            usd: null,
          }
        : null,
    };
  },
};

/** Such as "unexpected status 401 Unauthorized: …"; of 400 it tells the body alone. */
function statusIn(message: string): number | null {
  const status = /\bstatus:? (\d{3})\b/.exec(message)?.[1];
  if (status !== undefined) return Number(status);
  return message.startsWith("{") ? 400 : statusInWords(message);
}
