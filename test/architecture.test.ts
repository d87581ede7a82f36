/** The import rules of design section 10; a broken one fails with its sentence and the two files. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseSync } from "rolldown/utils";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const SRC = join(ROOT, "src");
const PURE = new Set(["zod", "yaml", "unified", "remark-parse", "mdast", "string-width"]);

interface Import {
  from: string;
  /** A path below src/ for a file of ours, else the bare specifier. */
  to: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replaceAll("\\", "/"));

const imports = files.flatMap((from) => importsOf(from, readFileSync(join(SRC, from), "utf8")));

function importsOf(from: string, text: string): Import[] {
  const specifiers = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)|(?:^|\n)import\s+["']([^"']+)["']/g,
    ),
  ];
  return specifiers.map((match) => {
    const to = (match[1] ?? match[2] ?? match[3])!;
    return {
      from,
      to: to.startsWith(".")
        ? relative(SRC, resolve(dirname(join(SRC, from)), to)).replaceAll("\\", "/")
        : to,
    };
  });
}

const inRoom = (path: string, room: string): boolean => path.startsWith(`${room}/`);
const isOurs = (path: string): boolean => files.includes(path) || path.startsWith("..");
const ROOMS = ["domain", "application", "adapters", "local-github", "entry"];

interface Rule {
  sentence: string;
  breaks(edge: Import): boolean;
}

const RULES: readonly Rule[] = [
  {
    sentence: "domain imports only domain and pure libraries: no node:, no network, no clock",
    breaks: ({ from, to }) => inRoom(from, "domain") && !inRoom(to, "domain") && !PURE.has(to),
  },
  {
    sentence: "application imports application and domain, and no library that reaches outside",
    breaks: ({ from, to }) =>
      inRoom(from, "application") && !inRoom(to, "application") && !inRoom(to, "domain") && !PURE.has(to),
  },
  {
    sentence: "adapters import domain, application's ports and libraries",
    breaks: ({ from, to }) =>
      inRoom(from, "adapters") &&
      isOurs(to) &&
      !inRoom(to, "domain") &&
      !inRoom(to, "adapters") &&
      !/^application\/(.*\/)?ports\.ts$/.test(to),
  },
  {
    sentence: "adapters never import one another's folder",
    breaks: ({ from, to }) =>
      inRoom(from, "adapters") && inRoom(to, "adapters") && from.split("/")[1] !== to.split("/")[1],
  },
  {
    sentence: "local-github imports nothing of ours: shared code would share its mistakes",
    breaks: ({ from, to }) => inRoom(from, "local-github") && isOurs(to) && !inRoom(to, "local-github"),
  },
  {
    sentence: "only entry/compose.ts and the compose-….ts beside it name adapters and local-github",
    breaks: ({ from, to }) =>
      inRoom(from, "entry") &&
      !/^entry\/compose(-\w+)?\.ts$/.test(from) &&
      (inRoom(to, "adapters") || inRoom(to, "local-github")),
  },
];

describe("imports go one way: domain ← application ← adapters ← entry", () => {
  it.each(RULES)("$sentence", ({ breaks }) => {
    expect(imports.filter(breaks).map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it("sees what it judges: every room has files, and a broken import is found", () => {
    for (const room of ROOMS)
      expect(
        files.some((file) => inRoom(file, room)),
        room,
      ).toBe(true);
    expect(RULES[0]!.breaks({ from: "domain/a.ts", to: "node:fs" })).toBe(true);
    expect(
      RULES[4]!.breaks({ from: "local-github/a.ts", to: "domain/run/names.ts" }) ||
        !files.includes("domain/run/names.ts"),
    ).toBe(true);
    expect(importsOf("a.ts", 'import { x } from "./b.ts";\nexport type { Y } from "zod";')).toHaveLength(2);
  });
});

describe("domain is pure", () => {
  const WORLD = ["Date.now(", "new Date()", "Math.random(", "process.", "await ", "fetch("];

  it.each(files.filter((file) => inRoom(file, "domain")))(
    "%s has no clock, chance, process or waiting",
    (file) => {
      const code = readFileSync(join(SRC, file), "utf8")
        .replaceAll(/\/\*[\s\S]*?\*\//g, "")
        .replaceAll(/^\s*\/\/.*$/gm, "");
      expect(WORLD.filter((word) => hasCode(code, word))).toEqual([]);
    },
  );

  /** Outside string literals: a pattern or a sentence may hold the word. */
  function hasCode(code: string, word: string): boolean {
    return code
      .replaceAll(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/(?:[^/\\\n]|\\.)+\/[a-z]*/g, '""')
      .includes(word);
  }
});

it("every file parses as a module", () => {
  for (const file of files)
    expect(parseSync(file, readFileSync(join(SRC, file), "utf8")).errors, file).toEqual([]);
});
