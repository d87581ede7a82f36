/** What all programs of vendors have in common, with small programs in their place. */
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cliAgent } from "../../../src/adapters/agent/cli-agent.ts";
import type { Cli } from "../../../src/adapters/agent/cli.ts";
import { CLIS } from "../../../src/adapters/agent/clis.ts";
import { reachOf } from "../../../src/adapters/agent/install.ts";
import { machine } from "../../../src/adapters/system/machine.ts";
import type { Job } from "../../../src/domain/handover/job.ts";
import { aJob, makeCheckout, quiet, type Checkout } from "../../support/checkout.ts";

const signal = new AbortController().signal;
const JOB = { backend: "kiro", isolation: "none" } as const;

/** A folder with these programs, first on the PATH. */
async function programs(checkout: Checkout, scripts: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(checkout.own, "bin");
  await mkdir(folder, { recursive: true });
  for (const [name, body] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/bin/bash\n${body}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return `${folder}:${checkout.env["PATH"]}`;
}

async function agentIn(checkout: Checkout, cli: Cli, scripts: Readonly<Record<string, string>>) {
  const env: Record<string, string> = { ...checkout.env, PATH: await programs(checkout, scripts) };
  const tools = join(checkout.own, "tools");
  const installer = { ...machine, ...quiet, env, folder: tools };
  const agent = cliAgent(cli, { ...machine, ...quiet, installer, secrets: { KIRO_API_KEY: "k1" } });
  const ask = (job: Partial<Job> = {}) =>
    agent.work({
      brief: "# brief\n",
      job: aJob({ ...JOB, ...job }),
      checkout: checkout.folder,
      env,
      model: { origin: "http://127.0.0.1:9", token: "t" },
      signal,
    });
  return { agent, ask, env, tools };
}

describe("a program", () => {
  it("gets the brief, a HOME of its own in each round, and no environment but what it needs", async () => {
    const checkout = await makeCheckout({});
    const { ask } = await agentIn(checkout, CLIS.kiro, {
      "kiro-cli": `cat > got; echo "$HOME $KIRO_API_KEY $ANTHROPIC_API_KEY" >> got; touch "$HOME/left"; ls -A "$HOME" | wc -l >> got; echo '{"outcome":"completed","summary":"S"}'`,
    });
    const seen: string[][] = [];
    for (let round = 0; round < 2; round++) {
      expect(await ask()).toMatchObject({ outcome: "completed", summary: "S", usage: null });
      seen.push((await checkout.read("got")).trim().split("\n"));
    }
    expect(seen.map(([brief, , files]) => [brief, files?.trim()])).toEqual([
      ["# brief", "1"],
      ["# brief", "1"],
    ]);
    expect(new Set(seen.map(([, line]) => line)).size).toBe(2);
    expect(seen[0]![1]).toMatch(/ k1 $/);
  });

  it("gets nothing into its HOME that setup or an earlier round has put where it might be", async () => {
    const checkout = await makeCheckout({});
    const { ask, env } = await agentIn(checkout, CLIS.kiro, {
      "kiro-cli": `cd "$HOME"; ls -A > "$OLDPWD/got"; for at in 1 2 3; do mkdir -p ../$at; echo planted > ../$at/settings; done; echo Fine.`,
    });
    await machine.files.write(`${env["HOME"]}/.roundtable-agent/2/settings`, "planted");
    for (let round = 0; round < 3; round++) {
      await ask();
      expect(await checkout.read("got")).toBe("");
    }
  });

  it.each([
    { does: "echo Fine.", role: "implement", outcome: "completed", says: "Fine." },
    { does: "true", role: "implement", outcome: "completed", says: "without a word" },
    { does: "echo Fine.", role: "review", outcome: "failed", says: "no line of JSON" },
    { does: 'echo \'{"outcome":"done"}\'', role: "implement", outcome: "failed", says: "outcome" },
    { does: "echo no >&2; exit 1", role: "implement", outcome: "failed", says: "It said: no" },
  ] as const)("that does `$does` in $role: $outcome", async ({ does, role, outcome, says }) => {
    const { ask } = await agentIn(await makeCheckout({}), CLIS.kiro, { "kiro-cli": does });
    const answer = await ask({ role });
    expect(answer).toMatchObject({ outcome, summary: expect.stringContaining(says) });
  });

  it.each([
    {
      what: "asks again for ever",
      prints: `echo 'time=1 message="stream error" error.error="AI_APICallError: Too Many Requests"' >&2`,
      outcome: "rate_limited",
    },
    {
      what: "has used up its turns",
      prints: `printf '{"type":"step'; sleep 0.01; echo '_start","part":{}}'`,
      outcome: "timed_out",
    },
  ])("that $what is ended", async ({ prints, outcome }) => {
    const { tools, ask } = await agentIn(await makeCheckout({}), CLIS.opencode, {});
    const folder = `${tools}/opencode-ai@${CLIS.opencode.npm!.version}/node_modules/.bin`;
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}/opencode`, `#!/bin/bash\nwhile true; do ${prints}; sleep 0.01; done\n`);
    await chmod(`${folder}/opencode`, 0o755);
    expect(await ask({ backend: "opencode", model: "m" })).toMatchObject({ outcome });
  });

  it("that would see its key starts only where that is accepted", async () => {
    const { ask } = await agentIn(await makeCheckout({}), CLIS.kiro, { "kiro-cli": "touch began" });
    await expect(ask({ isolation: "required" })).rejects.toThrow("Set `isolation: none`");
  });

  it("that is not there is named", async () => {
    const { ask } = await agentIn(await makeCheckout({}), CLIS.kiro, {});
    await expect(ask()).rejects.toThrow("kiro-cli cannot be started");
  });

  it.each(["opencode", "copilot"] as const)("%s must be told its model", async (backend) => {
    const { ask } = await agentIn(await makeCheckout({}), CLIS[backend], {});
    await expect(ask({ backend, model: null })).rejects.toThrow("has no model");
  });
});

describe("its installation", () => {
  const NPM = 'echo "$@" >> "$HOME/npm"; mkdir -p node_modules/@anthropic-ai/claude-code; pwd >> "$HOME/npm"';
  const NODE = 'echo "$@" >> "$HOME/node"';

  it("is one version, without scripts but its own, out of the checkout, and once", async () => {
    const checkout = await makeCheckout({});
    const { agent, env, tools } = await agentIn(checkout, CLIS.claude, { npm: NPM, node: NODE });
    await agent.prepare!(signal);
    await agent.prepare!(signal);
    const read = async (name: string) =>
      new TextDecoder().decode((await machine.files.read(`${env["HOME"]}/${name}`)) ?? undefined);
    const [args, folder, ...again] = (await read("npm")).trim().split("\n");
    const { name, version, script } = CLIS.claude.npm!;
    expect(args).toContain(" --ignore-scripts ");
    expect(args!.endsWith(` ${name}@${version}`)).toBe(true);
    expect(folder).toBe(`${tools}/@anthropic-ai+claude-code@${version}`);
    expect(again).toEqual([]);
    expect((await read("node")).trim()).toBe(`${folder}/node_modules/${name}/${script}`);
  });

  it("that fails says what npm said, and is tried again", async () => {
    const checkout = await makeCheckout({});
    const { agent } = await agentIn(checkout, CLIS.codex, { npm: "echo no such version >&2; exit 1" });
    await expect(agent.prepare!(signal)).rejects.toThrow("no such version");
    await expect(agent.prepare!(signal)).rejects.toThrow("no such version");
  });

  it("needs npm", async () => {
    const checkout = await makeCheckout({});
    const installer = {
      ...machine,
      ...quiet,
      env: { PATH: "/nowhere" },
      folder: join(checkout.own, "tools"),
    };
    const agent = cliAgent(CLIS.codex, { ...machine, ...quiet, installer, secrets: {} });
    await expect(agent.prepare!(signal)).rejects.toThrow("node and npm on its PATH");
  });

  it("takes what npm needs to reach its registry, and no secret", () => {
    const all = {
      HTTPS_PROXY: "p",
      npm_config_registry: "r",
      NODE_EXTRA_CA_CERTS: "c",
      OPENAI_API_KEY: "k",
      PATH: "x",
    };
    expect(reachOf(all)).toEqual({ HTTPS_PROXY: "p", npm_config_registry: "r", NODE_EXTRA_CA_CERTS: "c" });
  });
});
