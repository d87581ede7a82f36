/** What is laid over the copy: `--agent command` joins the agents of whatever configuration there is; who plays a playbook. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { overlayFor, secretsFor } from "../../src/entry/local/workspace.ts";
import { temporary } from "../support/local-run.ts";

const COMMAND = `node "x y.mjs" --flag # 'not a comment' ${"and-a-long-argument ".repeat(6)}`.trim();
const AGENT = { backend: "command", command: COMMAND };

let folder: ReturnType<typeof temporary>;
beforeEach(() => (folder = temporary()));
afterEach(() => folder.done());

async function configOf(existing: string | null, command?: string): Promise<string> {
  const spec = ".kiro/specs/x";
  mkdirSync(join(folder.path, spec), { recursive: true });
  mkdirSync(join(folder.path, ".github"));
  if (existing !== null) writeFileSync(join(folder.path, ".github/roundtable.yml"), existing);
  const { overlay } = await overlayFor(
    { root: folder.path, isFolder: true, name: "demo", spec },
    { agent: command === undefined ? undefined : "command", command, playbook: undefined },
  );
  return new TextDecoder().decode(overlay.get(".github/roundtable.yml")!.content);
}

describe("the configuration of `--agent command`", () => {
  it.each([
    ["none", null, {}],
    ["no agents", "version: 1\n", {}],
    [
      "agents in block style",
      "version: 1\nagents:\n  mine:\n    backend: practice\n",
      { mine: expect.anything() },
    ],
    [
      "agents in flow style",
      "version: 1\nagents: { mine: { backend: practice } }\n",
      { mine: expect.anything() },
    ],
    ["agents with nothing in it", "version: 1\nagents:\n", {}],
    ["agents with nothing but a comment", "version: 1\nagents: # whom I trust\n", {}],
    ["an agent of that name", "version: 1\nagents:\n  command: { backend: practice }\n", {}],
  ])("%s", async (_, existing, others) => {
    expect(parse(await configOf(existing, COMMAND))).toEqual({
      version: 1,
      agents: { ...others, command: AGENT },
    });
  });

  it("keeps comments, and each line where it was", async () => {
    const existing =
      "# ours\nversion: 1 # the first\nverify: [ 'npm test' ]\n\nagents:\n  # mine\n  mine: { backend: practice }\n";
    const added = await configOf(existing, COMMAND);
    expect(added.startsWith(existing.trimEnd())).toBe(true);
  });

  it("keeps the comment beside agents that were none", async () => {
    expect(await configOf("version: 1\nagents: # whom I trust\n", COMMAND)).toContain("# whom I trust");
  });

  it.each(["version: 1\nagents: [\n", "- a list\n", "version: 1\nagents: everyone\n"])(
    "leaves what cannot be right to its own mistake: %j",
    async (existing) => {
      expect(await configOf(existing, COMMAND)).toBe(existing);
    },
  );

  it("without a command nothing is changed", async () => {
    const existing = "version:   1\nagents: {mine: {backend: practice}}\n";
    expect(await configOf(existing)).toBe(existing);
  });
});

describe("who plays the playbook of a spec", () => {
  const PLAYERS = "agents: { junior: { backend: playbook }, coder: { backend: claude } }\n";
  it.each([
    ["without a configuration the built-in agent", null, "playbook"],
    ["beside agents of models the built-in agent", `${PLAYERS}routing: { default: coder }\n`, "playbook"],
    ["without a route the built-in agent", PLAYERS, "playbook"],
    ["the configuration's own", `${PLAYERS}routing: { default: junior }\n`, undefined],
  ])("%s", async (_, config, expected) => {
    const spec = ".kiro/specs/x";
    mkdirSync(join(folder.path, spec), { recursive: true });
    writeFileSync(join(folder.path, spec, "playbook.yml"), 'version: 1\nunits: {}\napprove: ["3"]\n');
    mkdirSync(join(folder.path, ".github"));
    if (config !== null) writeFileSync(join(folder.path, ".github/roundtable.yml"), `version: 1\n${config}`);
    const { agent, human } = await overlayFor(
      { root: folder.path, isFolder: true, name: "demo", spec },
      { agent: undefined, command: undefined, playbook: undefined },
    );
    expect(agent).toBe(expected);
    expect(human).toEqual({ human: {}, approve: ["3"] });
  });
});

describe("keys for the jobs of a run", () => {
  const env = { OPENAI_API_KEY: "sk-1", ANTHROPIC_API_KEY: "", HOME: "/home/me" };
  it.each([
    ["no configuration", "", {}],
    ["agents that ask no model", "version: 1\nagents: { mine: { backend: command, command: ./x } }\n", {}],
    ["one that does", "version: 1\nagents: { mine: { backend: codex } }\n", { OPENAI_API_KEY: "sk-1" }],
    [
      "one that needs its key in the open",
      "version: 1\nagents: { mine: { backend: kiro } }\n",
      { OPENAI_API_KEY: "sk-1" },
    ],
  ])("%s", (_, config, keys) => expect(secretsFor(config, env)).toEqual(keys));
});
