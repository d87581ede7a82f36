/** Specs of any size, always the same for the same name. */

interface Spec {
  tasksText: string;
  requirementsText: string;
  designText: string;
  /** Files of the repository that the spec is about. */
  files: string[];
}

type Shape = (count: number) => Spec;

/** The unit's number → lines of its task. */
function specOf(count: number, linesOf: (unit: number) => { title: string; below: string[] }): Spec {
  const lines = ["# Implementation Plan", ""];
  let tasks = 0;
  const files: string[] = [];
  for (let unit = 1; tasks < count; unit++) {
    const { title, below } = linesOf(unit);
    lines.push(`- [ ] ${unit}. ${title}`, ...below.map((line) => `  ${line}`), "");
    tasks += 1 + below.filter((line) => line.startsWith("- [ ]")).length;
    files.push(`src/module${unit}/index.ts`, `src/module${unit}/index.test.ts`);
  }
  const requirements = Array.from(
    { length: 20 },
    (_, at) =>
      `### Requirement ${at + 1}: Part ${at + 1}\n\n#### Acceptance Criteria\n\n1. WHEN it runs THEN the system SHALL answer\n2. IF it fails THEN the system SHALL say why\n`,
  );
  const components = Array.from(
    { length: 50 },
    (_, at) => `### Module ${at + 1}\n\nIt lives in \`src/module${at + 1}/index.ts\`.\n`,
  );
  return {
    tasksText: lines.join("\n"),
    requirementsText: `# Requirements\n\n${requirements.join("\n")}`,
    designText: `# Design\n\n## Overview\n\nMade for measuring.\n\n## Components and Interfaces\n\n${components.join("\n")}`,
    files,
  };
}

/** A small generator of numbers, so that a spec is the same each time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const subTask = (unit: number, part: number): string[] => [
  `- [ ] ${unit}.${part} Write part ${part} of module ${unit}`,
  `  - Work in \`src/module${unit}/index.ts\`, and keep its errors plain`,
  `  - _Requirements: ${(unit % 20) + 1}.1, ${(unit % 20) + 1}.2_`,
];

export const SHAPES: Readonly<Record<string, Shape>> = {
  /** Half of the units have sub-tasks; up to three dependencies each on units shortly before. */
  mixed: (count) => {
    const random = numbers(count);
    return specOf(count, (unit) => {
      const parts = random() < 0.5 ? 2 + Math.floor(random() * 3) : 0;
      const needs = new Set(
        Array.from({ length: Math.floor(random() * 4) }, () => unit - 1 - Math.floor(random() * 14)),
      );
      const known = [...needs].filter((other) => other >= 1);
      const hasPaths = random() < 0.5;
      return {
        title: `Implement module ${unit}`,
        below: [
          ...(hasPaths ? [`- _writes: src/module${unit}/index.ts, src/module${unit}/index.test.ts_`] : []),
          ...(known.length > 0 ? [`- _Depends: ${known.join(", ")}_`] : []),
          "- _Requirements: 1.1_",
          ...Array.from({ length: parts }, (_, part) => subTask(unit, part + 1)).flat(),
        ],
      };
    });
  },
  /** Each unit waits for the one before. */
  chain: (count) =>
    specOf(count, (unit) => ({
      title: `Implement module ${unit}`,
      below: unit === 1 ? [] : [`- _Depends: ${unit - 1}_`],
    })),
  /** The last unit waits for every other, named on a line of its own among as many others. */
  fan: (count) =>
    specOf(count, (unit) => ({
      title: `Implement module ${unit}`,
      below:
        unit < count
          ? []
          : Array.from({ length: count - 1 }, (_, at) => [
              `- Step ${at + 1}`,
              `- _Depends: ${at + 1}_`,
            ]).flat(),
    })),
  /** Locks of all kinds: own files, folders, one file of many, globs, manifests. */
  locks: (count) =>
    specOf(count, (unit) => {
      const paths = [
        `src/module${unit}/`,
        `docs/chapter${unit % 50}.md`,
        ...(unit % 100 === 0 ? ["package.json"] : []),
        ...(unit % 500 === 0 ? ["src/**/*.test.ts"] : []),
      ];
      return {
        title: `Implement module ${unit}`,
        below: [`- _writes: ${paths.join(", ")}_`, ...(unit === 1 ? [] : ["- _Depends: 1_"])],
      };
    }),
  /** Each unit writes one name at any depth, and a file of its own. */
  names: (count) =>
    specOf(count, (unit) => ({
      title: `Implement module ${unit}`,
      below: [
        `- _writes: **/name${unit}.ts, src/module${unit}/index.ts_`,
        ...(unit === 1 ? [] : ["- _Depends: 1_"]),
      ],
    })),
  /** Each unit writes names that begin with letters of its own, and reads those that end so. */
  globs: (count) =>
    specOf(count, (unit) => ({
      title: `Implement module ${unit}`,
      below: [
        `- _writes: tests/**/test_m${unit}_*.py, src/module${unit}/index.ts_`,
        `- _reads: **/*x${unit}.proto_`,
        ...(unit === 1 ? [] : ["- _Depends: 1_"]),
      ],
    })),
};
