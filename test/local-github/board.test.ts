import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { renderBoard } from "../../src/local-github/pages/board.ts";
import { renderMarkdown } from "../../src/local-github/pages/markdown.ts";
import { commitOn, createTestWorld, FULL_NAME, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

const EVIL = `<script>alert(1)</script><img src=x onerror=alert(1)>"'`;

describe("the board", () => {
  let world: TestWorld;
  beforeEach(async () => {
    world = await createTestWorld();
  });
  afterEach(() => world.close());

  it("shows issues, pull requests with diff and reviews, and runs with logs, all of it as text", async () => {
    const issue = await world.owner.rest.issues.create({ ...REPO, title: EVIL, body: EVIL, labels: ["bug"] });
    await world.guest.rest.issues.createComment({
      ...REPO,
      issue_number: issue.data.number,
      body: `A comment ${EVIL}`,
    });
    await commitOn(world.owner, "x", { from: world.first, files: { [`a.txt`]: `${EVIL}\n` }, message: EVIL });
    await world.owner.rest.pulls.create({ ...REPO, title: "The change", head: "x", base: "main" });
    const comments = [{ path: "a.txt", line: 1, body: `Inline ${EVIL}` }];
    await world.guest.rest.pulls.createReview({
      ...REPO,
      pull_number: 2,
      event: "APPROVE",
      body: EVIL,
      comments,
    });
    const run = {
      id: 77,
      name: EVIL,
      displayTitle: "",
      path: ".github/workflows/ci.yml",
      event: "push",
      status: "completed",
      conclusion: "failure",
      createdAt: "2026-03-01T12:00:00Z",
      jobs: [
        {
          id: 78,
          name: "build",
          status: "completed",
          conclusion: "failure",
          startedAt: "2026-03-01T12:00:00Z",
          completedAt: "2026-03-01T12:01:05Z",
          steps: [{ name: EVIL, status: "completed", conclusion: "failure" }],
          log: `before\n##[error]${EVIL}\n`,
        },
      ],
      artifacts: [{ id: 1, name: "result", sizeInBytes: 2048 }],
    };
    const page = renderBoard({ ...(await world.github.view(FULL_NAME)), runs: [run] });
    expect(page).not.toMatch(/<script|<img|onerror=alert\(1\)>/u);
    for (const id of ["issue-1", "pull-2", "run-77", "job-78"]) expect(page).toContain(`id="${id}"`);
    for (const text of [
      "A comment",
      "Inline",
      "The change",
      "approved",
      "1 min 5 s",
      "2.0 KB",
      '<tr class="add">',
    ]) {
      expect(page).toContain(text);
    }
  });

  it("is served to a browser, and links of the API lead to its parts", async () => {
    const { data } = await world.owner.rest.issues.create({ ...REPO, title: "A" });
    const open = (path: string): Promise<Response> =>
      world.github.fetch(
        new Request(new URL(path, world.github.origin()), {
          headers: { accept: "text/html" },
          redirect: "manual",
        }),
      );
    expect(await (await open(`/${FULL_NAME}/board`)).text()).toContain('id="issue-1"');
    expect(await (await open(data.html_url)).text()).toContain('id="issue-1"');
    expect((await open("/")).headers.get("location")).toBe(`/${FULL_NAME}`);
  });
});

describe("Markdown on pages", () => {
  const rows: [name: string, source: string, expected: string][] = [
    ["checkboxes", "- [x] done\n- [ ] open", '<input type="checkbox" disabled checked> done'],
    ["tables", "| a | b |\n|---|---|\n| `x` | **y** |", "<td><code>x</code></td><td><strong>y</strong></td>"],
    ["cells as plain lines", "| a |\n|---|\n| - |", "<td>-</td>"],
    ["no tables in code", "```\n| a | b |\n|---|---|\n```", "| a | b |\n|---|---|</code>"],
    ["links to the web", "[x](https://example.com/?a=1&b=2)", '<a href="https://example.com/?a=1&amp;b=2"'],
    ["no links that run", "[x](javascript:alert(1))", "<p>x</p>"],
    ["no data links", "[x](data:text/html,hi)", "<p>x</p>"],
    ["references", "see #7 and #8", 'see <a href="#issue-7">#7</a> and #8'],
    [
      "folds",
      "<details>\n<summary>more</summary>\n\ntext\n\n</details>",
      "<details>\n<summary>more</summary>",
    ],
    ["folds only when closed", "<details>\n\ntext", "&lt;details&gt;"],
    ["HTML as text", "<b onclick=x>hi</b>", "&lt;b onclick=x&gt;"],
    ["no comments", "a <!-- roundtable:unit run=1 --> b", "<p>a  b</p>"],
  ];
  it.each(rows)("renders %s", (_name, source, expected) => {
    expect(renderMarkdown(source, (number) => (number === 7 ? "#issue-7" : null)).text).toContain(expected);
  });
});

describe("a Mermaid diagram", () => {
  const drawn = (source: string): string => {
    const { text } = renderMarkdown(`\`\`\`mermaid\n${source}\n\`\`\``, () => null);
    const picture = /src="data:image\/svg\+xml;base64,([^"]+)"/.exec(text)?.[1];
    return picture === undefined ? "" : Buffer.from(picture, "base64").toString();
  };

  it("is a picture with its labels and colours; its source is folded below", () => {
    const source =
      'flowchart LR\n  u1["1. Write the parser"]:::completed\n  u2{{"2. Check"}}\n  u1 --> u2\n  classDef completed fill:#0e8a16,color:#fff';
    const svg = drawn(source);
    expect(svg).toMatch(/^<svg /);
    expect(svg).toMatch(/>1\. Write the parser<\/text>/);
    expect(svg).toContain('fill="#0e8a16"');
    expect(svg, "the one edge").toContain('data-from="u1" data-to="u2"');
    expect(svg).not.toContain("@import");
    const page = renderMarkdown(`\`\`\`mermaid\n${source}\n\`\`\``, () => null).text;
    expect(page).toContain("<summary>Its source</summary>");
    expect(page).toContain("u1 --&gt; u2");
  });

  it.each([
    ["a kind that is not known", "gitGraph\n  commit"],
    ["too long", `flowchart LR\n${"  a --> b\n".repeat(501)}`],
    ["none", "<script>alert(1)</script>"],
  ])("that is %s stays its source", (_name, source) => {
    expect(drawn(source)).toBe("");
    const page = renderMarkdown(`\`\`\`mermaid\n${source}\n\`\`\``, () => null).text;
    expect(page).toContain('<pre class="code"><code>');
    expect(page).not.toContain("<script>");
  });

  it("brings no script into the page, whatever its labels say", () => {
    const svg = drawn('flowchart LR\n  a["</text><script>alert(1)</script>"]');
    expect(svg).not.toContain("<script>");
  });
});
