/** What users read stands in the code, and what the code says to them stands where they look for it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { WORKFLOW_FILES } from "../src/domain/doctor/shipped.ts";

const read = (path: string): string => readFileSync(path, "utf8");

const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.startsWith("local-github"))
  .map((file) => join("src", file));

/** What a file says has gone wrong; `…` for what is filled in. */
const messagesOf = (path: string): string[] =>
  [...read(path).matchAll(/\bwhat: (?:`((?:[^`\\]|\\.)*)`|"((?:[^"\\]|\\.)*)")/g)].map(([, filled, plain]) =>
    (filled ?? plain)!.replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "…").replaceAll('\\"', '"'),
  );

describe("docs/troubleshooting.md", () => {
  const rows = [...read("docs/troubleshooting.md").matchAll(/^\| (?!message \|)([^|]+) \|/gm)].map(
    ([, message]) => message!,
  );

  it("has a row for each message about a repository, GitHub, and the commands that set up", () => {
    const places = [
      /^src\/domain\/doctor\//,
      /^src\/application\/(?:doctor\/|repair\/find|init|plan-at)/,
      /^src\/adapters\/github\/(?:board|code|issue|pacer|pull|refusals|set-up|workflows)/,
      /^src\/(?:adapters\/github\/app|entry\/app)/,
      /^src\/entry\/(?:action|github-access|commands\/(?:doctor|init))\.ts/,
    ];
    const said = sources.filter((path) => places.some((place) => place.test(path))).flatMap(messagesOf);
    expect(said.length).toBeGreaterThan(60);
    expect([...new Set(said)].filter((message) => !rows.includes(message))).toEqual([]);
  });

  it("has no row for what nobody says, and none twice", () => {
    const said = new Set(sources.flatMap(messagesOf));
    expect(rows.filter((row) => !said.has(row))).toEqual([]);
    expect(rows.filter((row, at) => rows.indexOf(row) !== at)).toEqual([]);
  });
});

describe("docs/permissions.md", () => {
  const page = read("docs/permissions.md");

  it("gives each job's permissions with the reason that stands beside them in the workflow", () => {
    const rows = WORKFLOW_FILES.flatMap(({ from }) => {
      const jobs = Object.keys((parse(read(from)) as { jobs: object }).jobs);
      let job = "";
      return read(from)
        .split("\n")
        .flatMap((line) => {
          const name = /^ {2}([\w-]+):$/.exec(line)?.[1] ?? "";
          if (jobs.includes(name)) job = name;
          const given = /^ {6}([\w-]+: (?:read|write)) # (.+)$/.exec(line);
          return given ? [`| ${job} | ${given[1]} | ${given[2]} |`] : [];
        });
    });
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter((row) => !page.includes(row))).toEqual([]);
    const listed = page.match(/^\| (?:ask|forward|pass|prepare|work|verify|wake) \|.*$/gm);
    expect(listed).toEqual(rows);
  });

  it("gives the App's permissions with the reason of its manifest", () => {
    const rows = [...read("app.yml").matchAll(/^ {2}(\w+): (read|write) # (.+)$/gm)].map(
      ([, name, level, why]) => `| ${name} | ${level} | ${why} |`,
    );
    expect(rows.length).toBeGreaterThan(4);
    expect(page.match(/^\| \w+ \| (?:read|write) \|.*$/gm)).toEqual(rows);
  });
});

it("links between the pages lead somewhere", () => {
  const pages = readdirSync("docs").filter((name) => name.endsWith(".md"));
  const anchorsOf = (text: string): string[] =>
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );
  const broken = pages.flatMap((page) =>
    [...read(join("docs", page)).matchAll(/\]\(([\w-]+\.md)?(?:#([\w-]+))?\)/g)].flatMap(
      ([link, to = page, anchor]) => {
        if (!pages.includes(to)) return [`${page}: ${link}`];
        return anchor === undefined || anchorsOf(read(join("docs", to))).includes(anchor)
          ? []
          : [`${page}: ${link}`];
      },
    ),
  );
  expect(broken).toEqual([]);
});
