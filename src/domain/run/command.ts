/**
 * Commands in comments: the first line of a new comment by a person with write access. Contracts, "Commands".
 * The table below parses, and answers `help`.
 */
import { nearest } from "../text/nearest.ts";

export type Command =
  | { kind: "ask"; path: string; flags: AskFlags }
  | { kind: "confirm"; hash: string | null }
  | { kind: "cancel" | "pause" | "resume" | "status" | "replan" | "help" }
  | { kind: UnitCommand; unit: string; withDependents: boolean }
  | { kind: "decide"; decision: string; option: number };

type UnitCommand = "retry" | "skip" | "abort" | "approve" | "claim" | "release";

export interface AskFlags {
  maxParallel?: number;
  profile?: "safe" | "balanced" | "throughput";
  agent?: string;
  includeOptional?: boolean;
  only?: string[];
  base?: string;
  maxCost?: number;
  dryRun?: boolean;
}

export type ParsedCommand =
  | { kind: "none" }
  | { kind: "command"; command: Command }
  | { kind: "mistake"; sentence: string };

export const COMMANDS: readonly { name: string; form: string; does: string }[] = [
  { name: "confirm", form: "confirm [hash]", does: "Agree to the plan: agents start, within its limits." },
  { name: "cancel", form: "cancel", does: "End the run; unfinished units are cancelled." },
  { name: "pause", form: "pause", does: "Start nothing new; what is under way goes on." },
  { name: "resume", form: "resume", does: "Go on after a pause, or without a new plan that waits." },
  { name: "status", form: "status", does: "Say in a sentence where the run stands." },
  {
    name: "replan",
    form: "replan",
    does: "Make a new plan of the spec and the configuration as they are now; it takes over once it is confirmed.",
  },
  { name: "retry", form: "retry <unit>", does: "Give a unit one more attempt." },
  {
    name: "skip",
    form: "skip <unit> [--with-dependents]",
    does: "Leave a unit out; each unit that builds on it is asked about, or left out too.",
  },
  {
    name: "abort",
    form: "abort <unit>",
    does: "Cancel a unit; its dependents stay blocked and the run ends halted.",
  },
  {
    name: "approve",
    form: "approve <unit>",
    does: "Accept a unit at its present head: over what reviews say, and where a person must approve it.",
  },
  {
    name: "claim",
    form: "claim <unit>",
    does: "Take a unit: no agent works on it, and your pull request is reviewed and landed like any other.",
  },
  { name: "release", form: "release <unit>", does: "Give a unit that was taken back to agents." },
  { name: "decide", form: "decide <decision id> <option number>", does: "Answer a decision." },
  { name: "help", form: "help", does: "Show this list." },
];

const BARE = new Set(["cancel", "pause", "resume", "status", "replan", "help"]);
const WITH_UNIT = new Set(["retry", "skip", "abort", "approve", "claim", "release"]);

export function parseCommand(body: string, guards: readonly FlagGuard[] = FLAG_GUARDS): ParsedCommand {
  const line = (body.split(/\r?\n/, 1)[0] ?? "").trim();
  const words = line.split(/\s+/);
  if (words[0] !== "/orchestrate") return { kind: "none" };
  const [, verb, ...rest] = words;
  if (verb === undefined)
    return mistake("`/orchestrate` needs a spec folder or a command. `/orchestrate help` lists them.");
  if (/[/.]/.test(verb)) return parseAsk(verb, rest, guards);
  if (BARE.has(verb)) {
    return rest.length > 0
      ? mistake(`\`${verb}\` takes nothing after it.`)
      : { kind: "command", command: { kind: verb as "cancel" } };
  }
  if (verb === "confirm") {
    const hash = rest[0] ?? null;
    if (rest.length > 1 || (hash !== null && !/^[0-9a-f]{6,64}$/.test(hash)))
      return mistake("`confirm` takes the plan hash, or nothing.");
    return { kind: "command", command: { kind: "confirm", hash } };
  }
  if (WITH_UNIT.has(verb)) return parseUnitCommand(verb as "retry", rest);
  if (verb === "decide") {
    if (rest.length !== 2 || !/^d[1-9]\d{0,5}$/.test(rest[0]!) || !/^[1-9]\d?$/.test(rest[1]!)) {
      return mistake(
        "Write `/orchestrate decide <decision id> <option number>`, for instance `/orchestrate decide d1 2`.",
      );
    }
    return { kind: "command", command: { kind: "decide", decision: rest[0]!, option: Number(rest[1]) } };
  }
  const close = nearest(
    verb,
    COMMANDS.map(({ name }) => name),
  );
  return mistake(
    `There is no command of that name.${close ? ` Did you mean \`${close}\`?` : ""} \`/orchestrate help\` lists them; a spec's folder at the repository's root has \`./\` before it.`,
  );
}

function parseUnitCommand(kind: UnitCommand, words: readonly string[]): ParsedCommand {
  const withDependents = kind === "skip" && words.includes("--with-dependents");
  const units = words.filter((word) => word !== "--with-dependents" || kind !== "skip");
  if (units.length !== 1 || !/^[\w.-]{1,64}$/.test(units[0]!))
    return mistake(`Write \`/orchestrate ${kind} <unit>\`, with the unit's id as in tasks.md.`);
  return { kind: "command", command: { kind, unit: units[0]!, withDependents } };
}

const QUOTED = /^["'“‘](.*)["'”’]$/u;
const NO_ID = /[\s"'“”‘’]/u;

/** What a flag may be given, and what is made of it. */
export interface FlagGuard {
  code: string;
  flag: string;
  fits: (value: string) => boolean;
  /** Goes on after the flag's name. */
  is: string;
  set: (flags: AskFlags, value: string) => void;
}

const unitIds = (value: string): string[] =>
  (QUOTED.exec(value)?.[1] ?? value).split(/[,，]/).flatMap((id) => id.trim() || []);

export const FLAG_GUARDS: readonly FlagGuard[] = [
  {
    code: "flag-max-parallel",
    flag: "--max-parallel",
    fits: (value) => /^\d{1,2}$/.test(value) && Number(value) >= 1 && Number(value) <= 64,
    is: "is a whole number from 1 to 64",
    set: (flags, value) => (flags.maxParallel = Number(value)),
  },
  {
    code: "flag-profile",
    flag: "--profile",
    fits: (value) => ["safe", "balanced", "throughput"].includes(value),
    is: "is safe, balanced or throughput",
    set: (flags, value) => (flags.profile = value as "safe"),
  },
  {
    code: "flag-agent",
    flag: "--agent",
    fits: (value) => /^[a-z0-9][a-z0-9-]{0,38}$/.test(value),
    is: "is a name of `agents` in the configuration",
    set: (flags, value) => (flags.agent = value),
  },
  {
    code: "flag-only",
    flag: "--only",
    fits: (value) => unitIds(value).length > 0 && unitIds(value).every((id) => !NO_ID.test(id)),
    is: "is a list of unit ids, like 1,3",
    set: (flags, value) => (flags.only = unitIds(value)),
  },
  {
    code: "flag-base",
    flag: "--base",
    fits: (value) => /^\w[\w./-]{0,200}$/.test(value) && !value.includes(".."),
    is: "is the name of a branch",
    set: (flags, value) => (flags.base = value),
  },
  {
    code: "flag-max-cost",
    flag: "--max-cost",
    fits: (value) => /^\d{1,9}(?:\.\d{1,9})?$/.test(value),
    is: "is an amount in US dollars",
    set: (flags, value) => (flags.maxCost = Number(value)),
  },
];

const SWITCHES: Readonly<Record<string, (flags: AskFlags) => void>> = {
  "--include-optional": (flags) => (flags.includeOptional = true),
  "--dry-run": (flags) => (flags.dryRun = true),
};

function parseAsk(path: string, words: readonly string[], guards: readonly FlagGuard[]): ParsedCommand {
  const flags: AskFlags = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const flip = Object.hasOwn(SWITCHES, word) ? SWITCHES[word] : undefined;
    if (flip) {
      flip(flags);
      continue;
    }
    const take = guards.find(({ flag }) => flag === word);
    if (!take) {
      const close = nearest(word, [...guards.map(({ flag }) => flag), ...Object.keys(SWITCHES)]);
      return mistake(`There is no such flag.${close ? ` Did you mean \`${close}\`?` : ""}`);
    }
    // A list may have spaces behind its commas.
    const most = word === "--only" ? words.length : 1;
    const values: string[] = [];
    while (values.length < most && words[at + 1]?.startsWith("--") === false) values.push(words[++at]!);
    const value = values.join(" ");
    if (value === "") return mistake(`\`${word}\` needs a value.`);
    if (!take.fits(value)) return mistake(`\`${word}\` ${take.is}.`);
    take.set(flags, value);
  }
  return {
    kind: "command",
    command: { kind: "ask", path: path.replace(/^\.\//, "").replace(/(?<!\/)\/+$/, ""), flags },
  };
}

const mistake = (sentence: string): ParsedCommand => ({ kind: "mistake", sentence });
