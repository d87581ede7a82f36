/** The program. What Node has once compiled of it is kept beside its packages, for the next start. */
import { enableCompileCache } from "node:module";
import { join } from "node:path";

enableCompileCache(join(import.meta.dirname, "../../node_modules/.cache/compiled"));
const { commandLine, tell } = await import("./command-line.ts");
const { processTerminal } = await import("./terminal.ts");

const LEFT = {
  what: "The run was left at once",
  why: "it was interrupted twice",
  fix: "The same command goes on.",
};

const args = process.argv.slice(2);
const screen = processTerminal(() => {
  tell(LEFT, args, screen);
  process.exit(1);
});
process.exitCode = await commandLine(args, screen);
