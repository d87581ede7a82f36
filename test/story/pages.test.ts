/** The local GitHub's live pages, as a browser without scripts meets them: every link leads somewhere, and text stays text. */
import { expect, it } from "vitest";
import { agentWorkflow } from "../support/agent-workflow.ts";
import { SPEC } from "../support/shipped-run.ts";
import { AT, story, type World } from "../support/world.ts";

const EVIL = `<script>alert(1)</script><img src=x onerror=alert(1)>"'`;

interface Seen {
  status: number;
  html: string;
}

/** All pages that can be reached by links from the first, by path. */
async function crawl(world: World): Promise<Map<string, Seen>> {
  const seen = new Map<string, Seen>();
  const queue = ["/"];
  for (const path of queue) {
    if (seen.has(path)) continue;
    const response = await fetch(new URL(path, world.local.origin()), { headers: { accept: "text/html" } });
    const html = await response.text();
    seen.set(path, { status: response.status, html });
    const links = [...html.matchAll(/href="([^"]+)"/gu)].map(
      ([, href]) => new URL(href!.replaceAll("&amp;", "&"), response.url),
    );
    for (const { origin, pathname } of links) if (origin === world.local.origin()) queue.push(pathname);
  }
  return seen;
}

it("lead from the overview to each issue, pull request and run, and nowhere to nothing", () =>
  story(async (world) => {
    await world.commit({
      [`${SPEC}/tasks.md`]: `- [ ] 1. Write the ${EVIL} parser\n  - _writes: src/parser.js_\n- [ ] 2. Second\n  - _Depends: 1_\n`,
      ".github/workflows/roundtable-agent.yml": agentWorkflow(`echo '${EVIL.replaceAll("'", "")}'; sleep 60`),
    });
    const run = await world.ask(`/orchestrate ${SPEC}`);
    await world.pass();
    await world.say(run, "/orchestrate confirm");
    await world.pass();
    const { issues } = world.as("octo").rest;
    await issues.createComment({ ...AT, issue_number: run, body: `${EVIL} see #2 and #4` });
    await issues.create({ ...AT, title: EVIL, body: EVIL, labels: [EVIL.slice(0, 40)] });

    const { issues: all, pulls, runs } = await world.local.view("octo/demo");
    const pages = await crawl(world);
    const wanted = [
      "/octo/demo",
      "/octo/demo/board",
      ...all.map(({ number }) => `/octo/demo/issues/${number}`),
      ...pulls.map(({ number }) => `/octo/demo/pull/${number}`),
      ...runs.map(({ id }) => `/octo/demo/actions/runs/${id}`),
    ];
    expect([pulls.length, runs.length]).toEqual([1, 1]);
    expect([...pages.keys()]).toEqual(expect.arrayContaining(wanted));
    for (const [path, { status, html }] of pages) {
      expect(`${path}: ${status}`).toBe(`${path}: 200`);
      expect(html).not.toMatch(/<script|<img (?!class="diagram" )|onerror=alert\(1\)>/u);
      const ids = new Set([...html.matchAll(/ id="([^"]+)"/gu)].map(([, id]) => id));
      for (const [, anchor] of html.matchAll(/href="#([^"]+)"/gu)) expect(ids).toContain(anchor);
    }
    expect(pages.get(`/octo/demo/pull/${pulls[0]!.number}`)!.html).toContain("roundtable/1/unit-1");
    // A run that is under way is looked at again by itself.
    expect(pages.get(`/octo/demo/actions/runs/${runs[0]!.id}`)!.html).toContain('http-equiv="refresh"');
    expect(pages.get(`/octo/demo/issues/${run}`)!.html).not.toContain('http-equiv="refresh"');
  }));

it("of a number that is none, or of the other kind, say so or lead there", () =>
  story(async (world) => {
    const { data } = await world.as("octo").rest.issues.create({ ...AT, title: "A" });
    const open = (path: string) =>
      fetch(new URL(path, world.local.origin()), { headers: { accept: "text/html" }, redirect: "manual" });
    expect((await open(`/octo/demo/pull/${data.number}`)).headers.get("location")).toBe(
      `/octo/demo/issues/${data.number}`,
    );
    const missing = await open("/octo/demo/issues/99");
    expect(missing.status).toBe(404);
    expect(await missing.text()).toContain("There is nothing at /issues/99.");
    expect((await open("/octo/demo/actions/runs/5/job/6")).headers.get("location")).toBe(
      "/octo/demo/actions/runs/5#job-6",
    );
  }));
