/** Good files to break: the repository's own specs, those of a folder that the environment names, and generated ones. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { randomFrom } from "./mutate.ts";

const ROOT = join(import.meta.dirname, "../..");
const FOLDERS = [join(ROOT, "test/fixtures/specs"), join(ROOT, "examples"), process.env["ROUNDTABLE_CORPUS"]];
const GENERATED = 20;

const TITLES = [
  "Write it",
  "Checkpoint",
  "(P) Test the page",
  "期間を読む",
  "Update `src/**/*.ts`",
  "Gate: review",
];
const PATHS = ["a.ts", "src/", "src/**/*.ts", "package.json", ".github/workflows/x.yml", "src/期間.ts"];

/** Tasks in the shapes that people write: boxes or headings, with dependencies, paths, waves and diagrams. */
function generated(number: number): Buffer {
  const random = randomFrom(1_000_000 + number);
  const count = 2 + Math.floor(random() * 12);
  const some = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const is = (share: number): boolean => random() < share;
  const id = (): string => String(1 + Math.floor(random() * count));
  const isByHeading = is(0.2);
  const units = Array.from({ length: count }, (_, at) => {
    const head = isByHeading
      ? `### Task ${at + 1}:`
      : `- [${some([" ", " ", "x", "-"])}]${some(["", "*"])} ${at + 1}.`;
    return [
      `${head} ${some(TITLES)}`,
      ...(is(0.4) ? [`  - _Depends: ${id()}, ${id()}_`] : []),
      ...(is(0.4) ? [`  - _writes: ${some(PATHS)}, ${some(PATHS)}_`] : []),
      ...(is(0.3) ? [`  - _reads: ${some(PATHS)}_`] : []),
      ...(is(0.3) ? [`  - _Requirements: ${id()}.1, ${id()}.2_`] : []),
      ...(is(0.2) ? [`  - After task ${id()} is done`] : []),
      ...Array.from({ length: random() * 4 }, (__, part) => `  - [ ] ${at + 1}.${part + 1} ${some(TITLES)}`),
      "",
    ];
  });
  const waves = Array.from({ length: random() * 4 }, (_, wave) => ({ wave, tasks: [id(), `${id()}.1`] }));
  const arrows = Array.from({ length: random() * 4 }, () => `  ${id()} --> ${id()}`);
  return Buffer.from(
    [
      "# Tasks",
      "",
      ...units.flat(),
      ...(waves.length > 0 ? ["```json", JSON.stringify({ waves }, null, 1), "```", ""] : []),
      ...(arrows.length > 0 ? ["```mermaid", "graph TD", ...arrows, "```", ""] : []),
    ].join("\n"),
  );
}

export const seeds: readonly Buffer[] = [
  ...FOLDERS.flatMap((folder) =>
    folder === undefined ? [] : globSync(join(folder, "**/{tasks,requirements,bugfix,design}.md")).toSorted(),
  ).map((path) => readFileSync(path)),
  ...Array.from({ length: GENERATED }, (_, number) => generated(number)),
];
