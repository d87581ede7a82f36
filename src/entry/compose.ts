/**
 * What all that is started needs of this machine. Beside it each `compose-….ts` chooses the adapters of one thing: who
 * starts another one does not load them.
 */
import { createHash } from "node:crypto";
import { lineLog, machine } from "../adapters/system/machine.ts";
import type { Hash } from "../domain/plan/slug.ts";

export { lineLog, machine };

export const sha256: Hash = (text) => createHash("sha256").update(text).digest("hex");
