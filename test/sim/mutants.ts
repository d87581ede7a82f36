/**
 * Defects that the simulator must find: each is put into a copy of the source, and its world breaks a promise there.
 * `npm run sim -- --mutant "retry on POST"` plays one; with `--course` and `--fault` another world of it.
 */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../support/local-run.ts";
import type { OneFault } from "./faults.ts";
import { nameOf, type Course } from "./single-faults.ts";

interface Edit {
  file: string;
  /** Stands there exactly once. */
  from: string;
  to: string;
}

export interface Mutant {
  name: string;
  edits: readonly Edit[];
  /** The promise that it breaks. */
  breaks: string;
  world: World;
}

export interface World {
  course: Course;
  fault?: OneFault;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: "no write-ahead",
    edits: [
      {
        file: "src/application/reconcile-run.ts",
        from: `    const appended = await pass.github.journal.append(run, head, {`,
        to: `    pass.carried.set(run, []);
    await applyAll(pass, { snapshot: { ...snapshot, state: decision.state }, decision, appendedAt: pass.github.now(), did });
    const appended = await pass.github.journal.append(run, head, {`,
      },
      {
        file: "src/application/reconcile-run.ts",
        from: `    pass.carried.set(run, []);
    const later = await applyAll(pass, {`,
        to: `    const later = await (async (..._: unknown[]) => null)(pass, {`,
      },
    ],
    breaks: "write-ahead",
    world: { course: { name: "app", seed: 1 } },
  },
  {
    name: "retry on POST",
    edits: [
      {
        file: "src/adapters/github/client.ts",
        from: "return await send(request);",
        to: "return await Promise.resolve(send(request)).catch(() => send(request));",
      },
    ],
    breaks: "no double",
    world: { course: { name: "app", seed: 1 }, fault: { kind: "answer-lost", at: 83 } },
  },
  {
    name: "intents ignored",
    edits: [
      {
        file: "src/domain/run/decide.ts",
        from: "if (draft.pass.takesOver) return false;",
        to: "if (draft.pass.takesOver || intent.id) return false;",
      },
    ],
    breaks: "write-ahead",
    world: { course: { name: "app", seed: 1 }, fault: { kind: "killed", at: 165 } },
  },
  {
    name: "phase stored",
    edits: [
      {
        file: "src/domain/run/phase.ts",
        from: "function ownPhase(unit: UnitView, state: State): Phase {",
        to: `const stored = new Map<string, Phase>();

function ownPhase(unit: UnitView, state: State): Phase {
  const key = unit.branch;
  const was = stored.get(key);
  if (was?.kind === "final_review" && !state.landed[unit.unit.id] && !unit.decision) return was;
  const now = derivedPhase(unit, state);
  stored.set(key, now);
  return now;
}

function derivedPhase(unit: UnitView, state: State): Phase {`,
      },
    ],
    breaks: "landing",
    world: { course: { name: "lively", seed: 3 }, fault: { kind: "branch-pushed", at: 1 } },
  },
  {
    name: "event-driven label",
    edits: [
      {
        file: "src/domain/run/project.ts",
        from: "const isLabelled = isSameSet(unit.issue.labels, labels);",
        to: "const isLabelled = isSameSet(unit.issue.labels, labels) || !draft.events.some((event) => event.unit === unit.unit.id);",
      },
    ],
    breaks: "board",
    world: { course: { name: "app", seed: 1 } },
  },
  {
    name: "unpinned review SHA",
    edits: [
      {
        file: "src/domain/run/phase.ts",
        from: "const jobs = unit.reviewJobs.filter((job) => job.headSha === head);",
        to: "const jobs = unit.reviewJobs;",
      },
    ],
    breaks: "landing",
    world: { course: { name: "lively", seed: 5 } },
  },
  {
    name: "unverified landing",
    edits: [
      {
        file: "src/domain/run/train.ts",
        from: `if (attempt.outcome !== "green") return;`,
        to: "",
      },
      {
        file: "src/domain/run/train.ts",
        from: `(attempt?.outcome === "green" && built !== on)`,
        to: "(attempt !== undefined && built !== on)",
      },
    ],
    breaks: "landing",
    world: { course: { name: "app", seed: 1 } },
  },
  {
    name: "search instead of list",
    edits: [
      {
        file: "src/adapters/github/board-look.ts",
        // GitHub's search shows what is new some minutes later.
        from: "if (loginOf(raw.author) === me)",
        to: "if (loginOf(raw.author) === me && Date.parse(raw.updatedAt) < client.now().getTime() - 180_000)",
      },
    ],
    breaks: "no double",
    world: { course: { name: "app", seed: 1 }, fault: { kind: "answer-lost", at: 83 } },
  },
  {
    name: "marker from any author",
    edits: [
      {
        file: "src/adapters/github/board-look.ts",
        from: "if (loginOf(raw.author) === me)",
        to: "if (raw)",
      },
      {
        file: "src/adapters/github/board-look.ts",
        from: "let isByAuthor = true;",
        to: "let isByAuthor = false;",
      },
    ],
    breaks: "board",
    world: { course: { name: "app", seed: 1 }, fault: { kind: "marker-copied", at: 1 } },
  },
  {
    name: "missing idle check",
    edits: [
      {
        file: "src/domain/run/decide.ts",
        from: "quiet: effects.length === 0 && draft.events.length === 0,",
        to: "quiet: false,",
      },
    ],
    breaks: "write-ahead",
    world: { course: { name: "app", seed: 1 } },
  },
];

/** What a world reads, beside the packages. */
const PARTS = [
  "src",
  "test/sim",
  "test/support",
  "workflows",
  "app.yml",
  "action.yml",
  "package.json",
  "tsconfig.json",
];

export interface Copy {
  /** What `npm run sim` says there, with these edits. */
  simulate(edits: readonly Edit[], args: readonly string[]): Promise<string>;
  done(): void;
}

/** The source in a folder of its own. */
export function copySource(): Copy {
  const folder = mkdtempSync(join(tmpdir(), "mutant-"));
  for (const part of PARTS) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const main = join(folder, "test/sim/main.ts");
  // What is the same in all of them is compiled once.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, "compiled") };
  const options = { cwd: folder, env, maxBuffer: 64e6, timeout: 300_000 };
  return {
    async simulate(edits, args) {
      try {
        for (const edit of edits) put(folder, edit);
        return await new Promise((resolve) => {
          execFile(process.execPath, [main, ...args], options, (_, out, err) => resolve(`${out}${err}`));
        });
      } finally {
        for (const { file } of edits) cpSync(join(ROOT, file), join(folder, file));
      }
    },
    done: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Its promises alone: how it ends beside the undisturbed one is no matter of mutants. */
export const argsOf = ({ course: { name, seed }, fault }: World): string[] => [
  "--promises",
  "--course",
  name,
  "--seed",
  String(seed),
  ...(fault ? ["--fault", nameOf(fault)] : []),
];

function put(folder: string, { file, from, to }: Edit): void {
  const path = join(folder, file);
  const parts = readFileSync(path, "utf8").split(from);
  if (parts.length !== 2)
    throw new Error(
      `${file} has ${parts.length - 1} times what a mutant replaces, not once: ${from}\nWrite the mutant anew in test/sim/mutants.ts.`,
    );
  writeFileSync(path, parts.join(to));
}
