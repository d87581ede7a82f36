/** Commands in comments: the first line of a new comment by a person with write access. Contracts, "Commands". */
import { nearest } from "../text/nearest.ts";
import { COMMANDS, type CommandTaking } from "./commands.ts";

export type Command =
  | { kind: "ask"; path: string; flags: AskFlags }
  | { kind: "confirm"; hash: string | null }
  | { kind: CommandTaking<"nothing"> }
  | { kind: UnitCommand; unit: string; withDependents: boolean }
  | { kind: "decide"; decision: string; option: number };

type UnitCommand = CommandTaking<"unit">;

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

/** Four columns in, Markdown shows a line as code. */
const IS_CODE = /^(?: {4}| {0,3}\t)/;

export function parseCommand(body: string, guards: readonly FlagGuard[] = FLAG_GUARDS): ParsedCommand {
  const line = body.split(/\r?\n/, 1)[0] ?? "";
  const words = line.trim().split(/\s+/);
  if (words[0] !== "/orchestrate" || IS_CODE.test(line)) return { kind: "none" };
  const [, verb, ...rest] = words;
  if (verb === undefined)
    return mistake("`/orchestrate` needs a spec folder or a command. `/orchestrate help` lists them.");
  if (/[/.]/.test(verb)) return parseAsk(verb, rest, guards);
  const row = COMMANDS.find(({ name }) => name === verb);
  switch (row?.takes) {
    case "nothing":
      return rest.length > 0
        ? mistake(`\`${verb}\` takes nothing after it.`)
        : { kind: "command", command: { kind: row.name } };
    case "hash":
      return parseConfirm(rest);
    case "unit":
      return parseUnitCommand(row.name, rest);
    case "decision":
      return parseDecide(rest);
    default:
      return unknownCommand(verb);
  }
}

function unknownCommand(verb: string): ParsedCommand {
  const close = nearest(
    verb,
    COMMANDS.flatMap(({ name }) => name ?? []),
  );
  return mistake(
    `There is no command of that name.${close ? ` Did you mean \`${close}\`?` : ""} \`/orchestrate help\` lists them; a spec's folder at the repository's root has \`./\` before it.`,
  );
}

function parseConfirm(words: readonly string[]): ParsedCommand {
  const hash = words[0] ?? null;
  return words.length > 1 || (hash !== null && !/^[0-9a-f]{6,64}$/.test(hash))
    ? mistake("`confirm` takes the plan hash, or nothing.")
    : { kind: "command", command: { kind: "confirm", hash } };
}

function parseDecide(words: readonly string[]): ParsedCommand {
  const [decision = "", option = ""] = words;
  return words.length !== 2 || !/^d[1-9]\d{0,5}$/.test(decision) || !/^[1-9]\d?$/.test(option)
    ? mistake(
        "Write `/orchestrate decide <decision id> <option number>`, for instance `/orchestrate decide d1 2`.",
      )
    : { kind: "command", command: { kind: "decide", decision, option: Number(option) } };
}

/** A task without a number is named after its title, in whatever letters that is. */
const UNIT = /^[\p{L}\p{M}\p{N}_.-]{1,64}$/u;

function parseUnitCommand(kind: UnitCommand, words: readonly string[]): ParsedCommand {
  const withDependents = kind === "skip" && words.includes("--with-dependents");
  const units = words.filter((word) => word !== "--with-dependents" || kind !== "skip");
  if (units.length !== 1 || !UNIT.test(units[0]!))
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

/** Flags without a value. */
export const SWITCHES: readonly { flag: string; does: string; set: (flags: AskFlags) => void }[] = [
  {
    flag: "--include-optional",
    does: "takes optional tasks too",
    set: (flags) => (flags.includeOptional = true),
  },
  {
    flag: "--dry-run",
    does: "shows the plan and opens no run",
    set: (flags) => (flags.dryRun = true),
  },
];

function parseAsk(path: string, words: readonly string[], guards: readonly FlagGuard[]): ParsedCommand {
  const flags: AskFlags = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const flip = SWITCHES.find(({ flag }) => flag === word);
    if (flip) {
      flip.set(flags);
      continue;
    }
    const take = guards.find(({ flag }) => flag === word);
    if (!take) {
      const close = nearest(
        word,
        [...guards, ...SWITCHES].map(({ flag }) => flag),
      );
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
