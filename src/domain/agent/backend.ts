/**
 * What each backend can do and how it reaches its model. Code asks for an ability here, never for a name.
 * A new backend: its row, its adapter, its recording.
 */
import type { Backend } from "../config-agents.ts";

/** The interface of a model's server, as a backend speaks it. */
export type Dialect = "anthropic" | "openai-responses" | "openai-chat" | "gemini";

export interface Provider {
  dialect: Dialect;
  /** The job's variable that holds the key. */
  key: string;
  /** Where the model is asked when the configuration names no `base_url`. */
  origin: string;
}

export interface Abilities {
  /** Null: it asks no model, or brings its own way to one. */
  provider: Provider | null;
  /** It ends after a number of turns: its own count, or ours of what it prints. */
  hasTurnCap: boolean;
  /** It has no model of its own choice: the configuration names one. */
  needsModel: boolean;
  /** It cannot work behind a proxy: whatever it starts could read the key. */
  needsKeyVisible: boolean;
}

const SCRIPT: Abilities = {
  provider: null,
  hasTurnCap: false,
  needsModel: false,
  needsKeyVisible: false,
};
const OPENAI = { key: "OPENAI_API_KEY", origin: "https://api.openai.com" } as const;

export const ABILITIES: Readonly<Record<Backend, Abilities>> = {
  claude: {
    provider: { dialect: "anthropic", key: "ANTHROPIC_API_KEY", origin: "https://api.anthropic.com" },
    hasTurnCap: true,
    needsModel: false,
    needsKeyVisible: false,
  },
  codex: {
    provider: { dialect: "openai-responses", ...OPENAI },
    hasTurnCap: false,
    needsModel: false,
    needsKeyVisible: false,
  },
  gemini: {
    provider: {
      dialect: "gemini",
      key: "GEMINI_API_KEY",
      origin: "https://generativelanguage.googleapis.com",
    },
    hasTurnCap: true,
    needsModel: false,
    needsKeyVisible: false,
  },
  opencode: {
    provider: { dialect: "openai-chat", ...OPENAI },
    hasTurnCap: true,
    needsModel: true,
    needsKeyVisible: false,
  },
  copilot: {
    provider: { dialect: "openai-chat", ...OPENAI },
    hasTurnCap: true,
    needsModel: true,
    needsKeyVisible: false,
  },
  kiro: {
    provider: null,
    hasTurnCap: false,
    needsModel: false,
    needsKeyVisible: true,
  },
  command: SCRIPT,
  playbook: SCRIPT,
  practice: SCRIPT,
};

/** Whether a job that starts it holds a key of it: one that a proxy keeps, or one in the open. */
export const holdsKey = (backend: Backend): boolean =>
  ABILITIES[backend].provider !== null || ABILITIES[backend].needsKeyVisible;

/** The variable that a job's key of it stands in: a secret of the same name. Kiro brings its own way to its model. */
export const keyOf = (backend: Backend): string | null =>
  ABILITIES[backend].provider?.key ?? (ABILITIES[backend].needsKeyVisible ? "KIRO_API_KEY" : null);

/** Of all of them. */
export const MODEL_KEYS: readonly string[] = [
  ...new Set(Object.keys(ABILITIES).flatMap((backend) => keyOf(backend as Backend) ?? [])),
];

/** Of an environment, the keys that are set. */
export const modelKeysIn = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    MODEL_KEYS.flatMap((name) => {
      const key = env[name]?.trim();
      return key ? [[name, key]] : [];
    }),
  );
