/** The first configuration of a repository: minimal, with a reason at each key, made from what lies at its root. */
import { z } from "zod";

export interface Found {
  setup: Command | null;
  verify: readonly Command[];
}

interface Command {
  command: string;
  /** The file that says so. */
  because: string;
}

/** Files of the root whose text decides, beside their being there. */
export const TELLING_FILES = ["package.json", "pyproject.toml", "Makefile"] as const;

/** `files` are the names at the root; texts are those of the telling ones that are there. */
export function commandsFor(
  files: ReadonlySet<string>,
  texts: Readonly<Partial<Record<(typeof TELLING_FILES)[number], string>>>,
): Found {
  const found = [
    node(files, texts["package.json"]),
    rust(files),
    go(files),
    python(files, texts["pyproject.toml"]),
  ]
    .concat(jvm(files))
    .filter(({ setup, verify }) => setup !== null || verify.length > 0);
  const verify = found.flatMap((one) => one.verify);
  const setups = found.flatMap(({ setup }) => setup ?? []);
  return {
    setup: setups[0] ?? null,
    verify: verify.length > 0 ? verify : make(texts.Makefile),
  };
}

const NOTHING: Found = { setup: null, verify: [] };

const Manifest = z.object({ scripts: z.record(z.string(), z.string()).default({}) });

/** Scripts that say by their name that they check. */
const SCRIPTS = ["typecheck", "type-check", "lint", "test"];
/** What `npm init` writes. */
const NO_TEST = /no test specified/;

const MANAGERS = [
  { lock: "package-lock.json", install: "npm ci", run: "npm run" },
  { lock: "npm-shrinkwrap.json", install: "npm ci", run: "npm run" },
  { lock: "pnpm-lock.yaml", install: "corepack pnpm install --frozen-lockfile", run: "corepack pnpm run" },
  { lock: "yarn.lock", install: "corepack yarn install --immutable", run: "corepack yarn run" },
  { lock: "bun.lock", install: "bun install --frozen-lockfile", run: "bun run" },
];

function node(files: ReadonlySet<string>, text: string | undefined): Found {
  const manifest = Manifest.safeParse(documentIn(text));
  if (!manifest.success) return NOTHING;
  const { scripts } = manifest.data;
  const manager = MANAGERS.find(({ lock }) => files.has(lock));
  const because = "package.json";
  return {
    setup: manager ? { command: manager.install, because: manager.lock } : null,
    verify: SCRIPTS.filter((name) => scripts[name] !== undefined && !NO_TEST.test(scripts[name])).map(
      (name) => ({
        command: `${manager?.run ?? "npm run"} ${name}`,
        because,
      }),
    ),
  };
}

function documentIn(text = ""): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const only = (commands: readonly string[], because: string): Found => ({
  setup: null,
  verify: commands.map((command) => ({ command, because })),
});

const rust = (files: ReadonlySet<string>): Found =>
  files.has("Cargo.toml") ? only(["cargo test"], "Cargo.toml") : NOTHING;

const go = (files: ReadonlySet<string>): Found =>
  files.has("go.mod") ? only(["go vet ./...", "go test ./..."], "go.mod") : NOTHING;

function python(files: ReadonlySet<string>, text = ""): Found {
  const because = ["pytest.ini", "tox.ini"].find((name) => files.has(name)) ?? "pyproject.toml";
  if (because === "pyproject.toml" && !/\bpytest\b/.test(text)) return NOTHING;
  const setup = files.has("requirements.txt")
    ? { command: "python -m pip install --user -r requirements.txt", because: "requirements.txt" }
    : null;
  return { setup, verify: [{ command: "python -m pytest", because }] };
}

function jvm(files: ReadonlySet<string>): Found {
  if (files.has("gradlew")) return only(["./gradlew check"], "gradlew");
  return files.has("pom.xml") ? only(["mvn --batch-mode verify"], "pom.xml") : NOTHING;
}

const make = (text = ""): Command[] =>
  /^test:/m.test(text) ? [{ command: "make test", because: "Makefile" }] : [];

export function starterConfig({ setup, verify }: Found): string {
  const sources = [...new Set(verify.map(({ because }) => because))].join(", ");
  return `${[
    "# How Roundtable works in this repository. docs/configuration.md of Roundtable has every key.",
    "version: 1",
    "",
    ...(setup === null
      ? ["# Commands that make a fresh checkout ready.", "# setup: [make deps]"]
      : [
          `# Commands that make a fresh checkout ready. Found by ${setup.because}.`,
          "setup:",
          `  - ${setup.command}`,
        ]),
    "",
    ...(verify.length === 0
      ? [
          "# Commands that must succeed before work lands. None was found: until you name them, nothing is verified.",
          "# verify: [make test]",
        ]
      : [
          `# Commands that must succeed before work lands. Found in ${sources}.`,
          "verify:",
          ...verify.map(({ command }) => `  - ${command}`),
        ]),
    "",
    "# Who works. Without an agent `practice` does, which is no model. Each needs a secret: docs/agents.md of Roundtable.",
    "# agents:",
    "#   coder: { backend: claude }",
    "# budget: { run: 20 }",
  ].join("\n")}\n`;
}
