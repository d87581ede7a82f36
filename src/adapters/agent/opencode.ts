/**
 * opencode. Its configuration comes in its environment, and that of the repository is not read; plugins that the
 * repository names would be loaded all the same, so that it is not started where there may be some.
 */
import { z } from "zod";
import { UserError } from "../../domain/problem.ts";
import { events, faultOf, statusInWords, type Cli, type Fault } from "./cli.ts";

const Event = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), part: z.object({ text: z.string(), messageID: z.string() }) }),
  z.object({
    type: z.literal("step_finish"),
    part: z.object({
      reason: z.string(),
      messageID: z.string(),
      cost: z.number(),
      tokens: z.object({
        input: z.number(),
        output: z.number(),
        reasoning: z.number(),
        cache: z.object({ read: z.number(), write: z.number() }),
      }),
    }),
  }),
  z.object({
    type: z.literal("error"),
    error: z.object({
      name: z.string().default(""),
      data: z
        .object({ message: z.string().default(""), statusCode: z.number().optional() })
        .default({ message: "" }),
    }),
  }),
]);

/** While it asks again, the status is in no event, and in its log as words only. */
const FAILED = /error\.error="AI_APICallError: ([^"]*)"/;

const KEY = "ROUNDTABLE_MODEL_TOKEN";

export const opencode: Cli = {
  backend: "opencode",
  program: "opencode",
  npm: { name: "opencode-ai", version: "1.18.33", script: "postinstall.mjs" },
  ownKey: null,
  refuses: [".opencode", "opencode.json", "opencode.jsonc"],
  sandboxProbe: null,
  counted: { turn: /^\{"type":"step_start"/, failure: / message="stream error" / },
  command: ({ job, model }) => {
    if (job.model === null)
      throw new UserError({
        what: "An opencode agent has no model",
        why: "opencode asks the model that it is told to",
        fix: "Set `model` for it in .github/roundtable.yml.",
      });
    const name = `roundtable/${job.model}`;
    const config = {
      autoupdate: false,
      share: "disabled",
      model: name,
      small_model: name,
      enabled_providers: ["roundtable"],
      permission: job.role === "review" ? { edit: "deny" } : {},
      provider: {
        roundtable: {
          npm: "@ai-sdk/openai-compatible",
          options: { baseURL: `${model?.origin ?? ""}/v1`, apiKey: `{env:${KEY}}` },
          models: { [job.model]: {} },
        },
      },
    };
    return {
      args: [
        "run",
        "--format=json",
        `--model=${name}`,
        "--title=roundtable",
        "--pure",
        "--print-logs",
        "--log-level=ERROR",
      ],
      env: {
        ...(model && { [KEY]: model.token }),
        OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
        OPENCODE_DISABLE_AUTOUPDATE: "1",
        OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
        OPENCODE_DISABLE_MODELS_FETCH: "1",
        OPENCODE_DISABLE_PROJECT_CONFIG: "1",
        OPENCODE_DISABLE_SHARE: "1",
      },
      files: {},
    };
  },
  read: ({ stdout, stderr }) => {
    const seen = events(stdout, Event);
    const steps = seen.flatMap((event) => (event.type === "step_finish" ? [event.part] : []));
    const last = steps.at(-1);
    const error = seen.find((event) => event.type === "error")?.error;
    const sum = (of: (step: (typeof steps)[number]) => number): number =>
      steps.reduce((total, step) => total + of(step), 0);
    const text = seen
      .flatMap((event) =>
        event.type === "text" && event.part.messageID === last?.messageID ? [event.part.text] : [],
      )
      .join("");
    const told = (): Fault | null => {
      if (error?.name === "ContentFilterError") return { kind: "refusal", message: error.data.message };
      if (error) return faultOf(error.data.statusCode ?? null, error.data.message || error.name);
      if (last?.reason === "stop") return null;
      const message = FAILED.exec(stderr)?.[1] ?? stderr.trim().slice(-500);
      return faultOf(
        statusInWords(message),
        message || `it ended in the middle (${last?.reason ?? "no step"})`,
      );
    };
    return {
      text,
      fault: told(),
      usage: last
        ? {
            model: "",
            input: sum(({ tokens }) => tokens.input + tokens.cache.read + tokens.cache.write),
            output: sum(({ tokens }) => tokens.output + tokens.reasoning),
            cached: sum(({ tokens }) => tokens.cache.read),
            // Its prices are those of the configuration that it was given, which names none.
            usd: null,
          }
        : null,
    };
  },
};
