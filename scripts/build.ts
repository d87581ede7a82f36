/**
 * Bundles the Action: src/entry/action.ts → dist/action.js, and in dist/parts what only some of its modes load. Says
 * nothing on stdout, which may be a pipe that expects JSON. `--if-stale` does nothing when dist is newer than all it is
 * made of.
 */
import { readdirSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { rolldown } from "rolldown";

const ROOT = resolve(import.meta.dirname, "..");
const FROM = join(ROOT, "src/entry/action.ts");
const DIST = join(ROOT, "dist");
const TO = join(DIST, "action.js");

if (!process.argv.includes("--if-stale") || isStale()) await build();

async function build(): Promise<void> {
  const bundle = await rolldown({
    input: FROM,
    cwd: ROOT,
    platform: "node",
    logLevel: "silent",
    // They do not say it themselves: of what nobody here calls, an HTTP client of 700 kB would come along.
    treeshake: { moduleSideEffects: (id) => !/node_modules\/@actions\/(?:core|github)\//.test(id) },
  });
  // All of it: a build that is broken off leaves nothing behind that looks like a whole one.
  rmSync(DIST, { recursive: true, force: true });
  await bundle.write({
    dir: DIST,
    chunkFileNames: "parts/[name].js",
    format: "esm",
    minify: false,
    comments: false,
  });
  await bundle.close();
}

function isStale(): boolean {
  const built = mtime(TO);
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).map((path) =>
    join(ROOT, "src", path),
  );
  return [...sources, join(ROOT, "package-lock.json"), import.meta.filename].some(
    (path) => mtime(path) > built,
  );
}

function mtime(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
