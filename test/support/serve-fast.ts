/** `roundtable serve` on a clock that the test shares: `node serve-fast.ts <since> <factor>`. */
import { machine } from "../../src/entry/compose.ts";
import { serve } from "../../src/entry/commands/serve.ts";
import { fastClock } from "./fast-clock.ts";

const [since, factor] = process.argv.slice(2).map(Number);
const terminal = {
  env: process.env,
  onInterrupt: (listener: () => void) => void process.on("SIGTERM", listener),
};
const clock = fastClock({ since: since!, factor: factor! });
process.exitCode = await serve({ port: "0" }, terminal, { ...machine, clock });
