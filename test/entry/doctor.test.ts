/** `roundtable doctor` in a folder: what it says of this machine, and of the files there. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readMachine } from "../../src/adapters/system/abilities.ts";
import { examineMachine, type Tree } from "../../src/application/doctor/examine.ts";
import { judge } from "../../src/domain/doctor/checks.ts";
import type { MachineFact } from "../../src/domain/doctor/facts.ts";
import { MACHINE_CHECKS } from "../../src/domain/doctor/machine.ts";
import { WORKFLOW_FILES } from "../../src/domain/doctor/shipped.ts";
import { doctor } from "../../src/entry/commands/doctor.ts";
import { machine } from "../../src/entry/compose.ts";
import { aScreen, repositoryOf } from "../support/screen.ts";

const TREE: Tree = {
  pass: readFileSync(WORKFLOW_FILES[0]!.from, "utf8"),
  agent: readFileSync(WORKFLOW_FILES[1]!.from, "utf8"),
  config:
    "version: 1\nverify: ['true']\nagents: {coder: {backend: codex}, own: {backend: command, command: tool -x}}\n",
};
const FINE: MachineFact = {
  node: "v24.1.0",
  git: "git version 2.50",
  user: "sudo",
  programs: { npm: true, tool: true },
};

async function found(change: Partial<MachineFact>, tree: Tree | null = TREE): Promise<string[]> {
  const facts = await examineMachine({ machine: async () => ({ ...FINE, ...change }) }, tree, {});
  const codes = new Set(MACHINE_CHECKS.map(({ code }) => code));
  return judge(facts).flatMap(({ code, findings }) =>
    codes.has(code) ? (findings ?? []).map(({ severity, what }) => `${code} ${severity}: ${what}`) : [],
  );
}

describe("this machine", () => {
  it("is fit", async () => expect(await found({})).toEqual([]));

  it.each<[Partial<MachineFact>, string]>([
    [{ node: "v22.9.0" }, "node error: This is Node v22.9.0"],
    [{ git: null }, "git error: There is no git on the PATH"],
    [{ user: null }, "isolation warning: This machine has no user to give to branch code"],
    [{ programs: { npm: false, tool: true } }, "agent-programs error: The program npm is not here"],
    [{ programs: { npm: true, tool: false } }, "agent-programs error: The program tool is not here"],
  ])("%j: %s", async (change, says) => expect(await found(change)).toEqual([says]));

  it("lets nothing begin without a user for branch code where hosts are listed", async () => {
    const config = `${TREE.config}network: {allow: [a.example]}\n`;
    expect(await found({}, { ...TREE, config })).toEqual([]);
    expect(await found({ user: null }, { ...TREE, config })).toEqual([
      "isolation error: This machine has no user to give to branch code",
    ]);
  });

  it("is read as it is", async () => {
    const env = { PATH: process.env["PATH"]! };
    const asked = { env, programs: ["git", "no-such-program", process.execPath] };
    const none = { uid: 1000, sudo: null, setpriv: null, places: "/tmp" };
    expect(await readMachine(machine.processes, { ...asked, system: none })).toEqual({
      node: process.version,
      git: expect.stringContaining("git version"),
      user: null,
      programs: { git: true, "no-such-program": false, [process.execPath]: true },
    });
    const withSudo = { uid: 1000, setpriv: "/x", places: "/tmp" };
    const user = async (sudo: string) =>
      (await readMachine(machine.processes, { ...asked, system: { ...withSudo, sudo } })).user;
    expect(await user("/bin/true")).toBe("sudo");
    expect(await user("/bin/false")).toBeNull();
  });
});

describe("in a folder", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "roundtable-doctor-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("that is no repository only the machine is looked at", async () => {
    const screen = aScreen(folder);
    await doctor({ json: true }, screen);
    const { sound, findings } = JSON.parse(screen.out[0]!);
    expect([...sound, ...findings.map(({ code }: { code: string }) => code)]).toContain("node");
    expect(sound).not.toContain("agent-workflow");
  });

  it("that is a repository its files are looked at, too", async () => {
    const files = { [WORKFLOW_FILES[1]!.to]: TREE.agent!, ".github/roundtable.yml": "version: 1\n" };
    const screen = aScreen(repositoryOf(folder, files));
    await doctor({ json: true }, screen);
    const { sound, findings } = JSON.parse(screen.out[0]!);
    expect(sound).toContain("agent-workflow");
    expect(findings.map(({ code }: { code: string }) => code)).toEqual(
      expect.arrayContaining(["pass-workflow", "verify-commands"]),
    );
  });
});
