/** Real specs, run the whole way with the practice agent. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runsToTheEnd } from "../support/spec-run.ts";

const CORPUS = process.env["ROUNDTABLE_CORPUS"];
/** Small ones of different languages and shapes, with open tasks left. */
const FROM_CORPUS = [
  "ayush-kumar-alterdomus__life-change__social-features",
  "j5ik2o__fraktor-rs__serializer-nested-field",
  "komi12345__ChatbotFrance__chatbot-whatsapp",
];

describe.runIf(CORPUS !== undefined)("real specs", () => {
  it("the folder that ROUNDTABLE_CORPUS names is there", () => expect(existsSync(CORPUS!)).toBe(true));

  it.each(FROM_CORPUS)("%s", (name) => runsToTheEnd(join(CORPUS!, name), "spec"), 300_000);
});
