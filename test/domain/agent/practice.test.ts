import { expect, it } from "vitest";
import { practiceLines } from "../../../src/domain/agent/practice.ts";
import type { Job } from "../../../src/domain/handover/job.ts";
import { aJob } from "../../support/checkout.ts";

const use = (path: string, source: "declared" | "inferred" = "declared"): Job["writes"][number] => ({
  path,
  source,
});
const SAID = "Practice run 12, unit 3: implement 1.";

it("writes the report first, where the unit ends in one", () => {
  const [report, path] = ["reports/x/unit-3.md", "src/a.ts"];
  const lines = practiceLines(aJob({ report, writes: [use(path, "inferred"), use(report, "inferred")] }));
  expect(lines[0]).toEqual({ path: report, line: SAID });
});

it.each<{ what: string; writes: Job["writes"]; path: string; line: string }>([
  {
    what: "the first declared",
    writes: [use("src/a.ts"), use("src/b.py")],
    path: "src/a.ts",
    line: `// ${SAID}`,
  },
  {
    what: "declared before inferred",
    writes: [use("a.py", "inferred"), use("b.md")],
    path: "b.md",
    line: SAID,
  },
  {
    what: "inferred where nothing is declared",
    writes: [use("a.py", "inferred")],
    path: "a.py",
    line: `# ${SAID}`,
  },
  {
    what: "no manifest",
    writes: [use("package.json"), use("web/page.html")],
    path: "web/page.html",
    line: `<!-- ${SAID} -->`,
  },
  { what: "no lock file", writes: [use("yarn.lock"), use("a.css")], path: "a.css", line: `/* ${SAID} */` },
  {
    what: "no protected path",
    writes: [use(".github/workflows/a.yml"), use("q.sql")],
    path: "q.sql",
    line: `-- ${SAID}`,
  },
  {
    what: "nothing of the spec",
    writes: [use(".kiro/specs/x/notes.md"), use("a.toml")],
    path: "a.toml",
    line: `# ${SAID}`,
  },
  {
    what: "no path of protected_paths",
    writes: [use("infra/a.tf"), use("a.go")],
    path: "a.go",
    line: `// ${SAID}`,
  },
  {
    what: "no folder and no pattern",
    writes: [use("src/"), use("src/*.ts"), use("Makefile"), use("./x.rs")],
    path: "Makefile",
    line: `# ${SAID}`,
  },
  {
    what: "no kind of file without comments",
    writes: [use("data.json"), use("logo.png"), use("a.lua")],
    path: "a.lua",
    line: `-- ${SAID}`,
  },
  { what: "its own file else", writes: [use("package.json")], path: "practice/unit-3.md", line: SAID },
  { what: "its own file without paths", writes: [], path: "practice/unit-3.md", line: SAID },
])("$what", ({ writes, path, line }) => {
  expect(practiceLines(aJob({ writes, protectedPaths: ["infra/"] }))[0]).toEqual({ path, line });
});
