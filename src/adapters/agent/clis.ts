/** All of them, by the backend's name. */
import { claude } from "./claude.ts";
import { codex } from "./codex.ts";
import { copilot } from "./copilot.ts";
import { gemini } from "./gemini.ts";
import { kiro } from "./kiro.ts";
import { opencode } from "./opencode.ts";

export const CLIS = { claude, codex, gemini, opencode, copilot, kiro };
