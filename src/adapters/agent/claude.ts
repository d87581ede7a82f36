/** Claude Code. No settings, hooks or servers of the repository: only what stands on its command line. */
import { z } from "zod";
import { events, faultOf, type Cli, type Fault } from "./cli.ts";

const TOOLS = "Bash,Edit,Glob,Grep,NotebookEdit,Read,TodoWrite,Write";
const READING_TOOLS = "Bash,Glob,Grep,Read";

const Result = z.object({
  type: z.literal("result"),
  subtype: z.string(),
  is_error: z.boolean(),
  result: z.string().default(""),
  stop_reason: z.string().nullish(),
  api_error_status: z.number().nullish(),
  num_turns: z.number().optional(),
  total_cost_usd: z.number().optional(),
  usage: z
    .object({
      input_tokens: z.number(),
      cache_creation_input_tokens: z.number().default(0),
      cache_read_input_tokens: z.number().default(0),
      output_tokens: z.number(),
    })
    .optional(),
  modelUsage: z.record(z.string(), z.unknown()).default({}),
});
type Result = z.infer<typeof Result>;

export const claude: Cli = {
  backend: "claude",
  program: "claude",
  npm: { name: "@anthropic-ai/claude-code", version: "2.1.330", script: "install.cjs" },
  ownKey: null,
  refuses: [],
  sandboxProbe: null,
  counted: {},
  command: ({ job, model }) => {
    const tools = job.role === "review" ? READING_TOOLS : TOOLS;
    return {
      args: [
        "-p",
        "--output-format=stream-json",
        "--verbose",
        ...(job.model === null ? [] : [`--model=${job.model}`]),
        `--max-turns=${job.limits.turns}`,
        // What is not allowed here is denied, not asked for.
        "--permission-mode=dontAsk",
        `--tools=${tools}`,
        `--allowedTools=${tools}`,
        "--setting-sources=",
        "--strict-mcp-config",
        "--disable-slash-commands",
        "--no-session-persistence",
        "--no-chrome",
      ],
      env: {
        ...(model && { ANTHROPIC_BASE_URL: model.origin, ANTHROPIC_API_KEY: model.token }),
        CLAUDE_CODE_MAX_RETRIES: "3",
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        DISABLE_AUTOUPDATER: "1",
        DISABLE_ERROR_REPORTING: "1",
        DISABLE_TELEMETRY: "1",
      },
      files: {},
    };
  },
  read: ({ stdout }) => {
    const result = events(stdout, Result).at(-1);
    if (result === undefined)
      return { text: "", fault: faultOf(null, "it ended without a result"), usage: null };
    const { usage } = result;
    return {
      text: result.result,
      fault: faultIn(result),
      usage: usage
        ? {
            model: Object.keys(result.modelUsage)[0] ?? "",
            input: usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens,
            output: usage.output_tokens,
            cached: usage.cache_read_input_tokens,
            usd: result.total_cost_usd ?? null,
          }
        : null,
    };
  },
};

/** `subtype` stays "success" when the model's server failed. */
function faultIn({
  subtype,
  is_error,
  result,
  api_error_status,
  stop_reason,
  num_turns,
}: Result): Fault | null {
  if (subtype === "error_max_turns") return { kind: "limit", message: `${num_turns ?? "all"} turns` };
  if (stop_reason === "refusal") return { kind: "refusal", message: result };
  return is_error || subtype.startsWith("error_")
    ? faultOf(api_error_status ?? null, result || subtype)
    : null;
}
