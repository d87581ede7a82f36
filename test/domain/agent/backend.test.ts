/** Which keys there are, and that nothing else of an environment is taken for one. */
import { expect, it } from "vitest";
import { ABILITIES, MODEL_KEYS, modelKeysIn } from "../../../src/domain/agent/backend.ts";

it("each provider's key is among the keys, once", () => {
  const keys = Object.values(ABILITIES).flatMap(({ provider }) => provider?.key ?? []);
  expect(keys.filter((key) => !MODEL_KEYS.includes(key))).toEqual([]);
  expect(new Set(MODEL_KEYS).size).toBe(MODEL_KEYS.length);
});

it("keys that are set are taken from an environment, and nothing beside them", () => {
  const env = {
    PATH: "/bin",
    GITHUB_TOKEN: "t",
    OPENAI_API_KEY: " sk-1\n",
    GEMINI_API_KEY: " ",
    KIRO_API_KEY: undefined,
  };
  expect(modelKeysIn(env)).toEqual({ OPENAI_API_KEY: "sk-1" });
});
