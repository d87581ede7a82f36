/** The three cases of design section 5: root, sudo without a password, neither. */
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { livingOf } from "../../../src/adapters/system/end-all.ts";
import { machine } from "../../../src/adapters/system/machine.ts";
import { asRoot, asUser, findSystem, meansOf } from "../../../src/adapters/system/other-user.ts";
import type { ProcessRequest } from "../../../src/application/ports.ts";
import { work } from "../../../src/application/job/work.ts";
import { plainAnswer } from "../../../src/domain/agent/answer.ts";
import type { SentHandOver } from "../../../src/domain/handover/result.ts";
import { aJob, noModel, quiet } from "../../support/checkout.ts";
import { open, WAYS, type Given } from "../../support/place.ts";

const REQUEST: ProcessRequest = {
  command: "npm",
  args: ["test", "--", "a b"],
  cwd: "/place/checkout",
  env: { PATH: "/bin", HOME: "/place/home", A_KEY: "secret" },
};

describe("how a program is started as another user", () => {
  it("by root", () => {
    expect(asUser({ kind: "root", setpriv: "/usr/bin/setpriv" }, 70123, REQUEST)).toEqual({
      ...REQUEST,
      user: 70123,
      command: "/usr/bin/setpriv",
      args: ["--no-new-privs", "--", "npm", "test", "--", "a b"],
    });
    expect(asUser({ kind: "root", setpriv: null }, 70123, REQUEST)).toEqual({ ...REQUEST, user: 70123 });
    expect(asRoot({ kind: "root", setpriv: null }, REQUEST)).toBe(REQUEST);
  });

  it("by sudo, with no value of the environment but harmless ones in the command line", () => {
    const means = { kind: "sudo", sudo: "/usr/bin/sudo", setpriv: "/usr/bin/setpriv" } as const;
    const { command, args, cwd, env } = asUser(means, 70123, REQUEST);
    expect({ command, cwd, env, line: args.join(" ") }).toEqual({
      command: "/usr/bin/sudo",
      cwd: "/",
      env: REQUEST.env,
      line:
        "-n --preserve-env=A_KEY -- /usr/bin/env --chdir=/place/checkout " +
        "-u SUDO_COMMAND -u SUDO_USER -u SUDO_UID -u SUDO_GID -u USER -u LOGNAME -u SHELL -u TERM -u MAIL -u TMPDIR " +
        "PATH=/bin HOME=/place/home /usr/bin/setpriv --reuid=70123 --regid=70123 --clear-groups --no-new-privs -- npm test -- a b",
    });
    expect(asRoot(means, REQUEST)).toMatchObject({
      command: "/usr/bin/sudo",
      args: ["-n", "--", "npm", "test", "--", "a b"],
    });
  });
});

describe("neither: the job's own user, and the reason", () => {
  const none = { uid: 1000, sudo: null };

  it("is told, and all is as it was", async () => {
    const { place, checkout } = await open({ system: none });
    expect(place).toMatchObject({ user: null, checkout: checkout.folder, env: { PATH: "/usr/bin:/bin" } });
    expect(place.told).toEqual([
      "Agents and commands run as the job's own user: it is not root, and this machine has no sudo with setpriv.",
    ]);
    await place.close();
    expect(await checkout.read("a.txt")).toBe("one\n");
  });

  it.each([
    { what: "sudo asks for a password", code: 1, said: "sudo: a password is required" },
    { what: "sudo lets through less than it says", code: 1, said: "" },
  ])("$what", async ({ code, said }) => {
    const asked: ProcessRequest[] = [];
    const { place, checkout } = await open({
      system: { uid: 1000, sudo: "/usr/bin/sudo", setpriv: "/usr/bin/setpriv" },
      processes: {
        run: async (request) => {
          asked.push(request);
          const isSudo = request.command === "/usr/bin/sudo";
          const stderr = new TextEncoder().encode(isSudo ? said : "");
          return { code: isSudo ? code : 2, signal: null, stdout: new Uint8Array(), stderr, timedOut: false };
        },
      },
    });
    expect(place.user).toBeNull();
    expect(place.told.join(" ")).toContain(
      said === "" ? "sudo cannot be used." : `sudo cannot be used (${said})`,
    );
    expect([...new Set(asked.map(({ command }) => command))]).toEqual(["getent", "/usr/bin/sudo"]);
    expect(await readdir(dirname(checkout.folder))).toEqual(["work tree"]);
  });
});

/** This machine has at least one way in our own CI; a test that cannot run says so by failing there. */
it("has a way to another user to try, or says that it has none", () => {
  const ways = WAYS.map(({ way }) => way);
  if (ways.length === 0) console.warn("Neither root nor sudo: only command lines are tested.");
  expect(process.env["GITHUB_ACTIONS"] === "true" ? ways.length : 1).toBeGreaterThan(0);
});

it("no folder for places: the same", async () => {
  const { place } = await open({ system: { uid: 0, setpriv: null, places: "/no-such-folder" } });
  expect(place.user).toBeNull();
  expect(place.told[0]).toContain("no folder can be made in /no-such-folder (ENOENT)");
});

it.runIf(process.getuid?.() === 0)("root without setpriv says what that leaves open", async () => {
  const { place, sh } = await open({ system: { uid: 0, setpriv: null } });
  expect(place.told).toEqual([
    `Agents and commands run as user ${place.user}, without a name, a group or sudo.`,
    "This machine has no setpriv: what they start may become more by a setuid program.",
  ]);
  expect(await sh("grep NoNewPrivs /proc/self/status")).toBe("NoNewPrivs:\t0\n");
});

describe.each(WAYS)("another user by $way", ({ way, system }) => {
  const here = (given: Given = {}) => open({ ...given, system });

  it("is a number that nobody has, with one group and no way up", async () => {
    const { place, sh } = await here();
    const [ids, privileges] = (await sh("echo $(id -u) $(id -G); grep NoNewPrivs /proc/self/status")).split(
      "\n",
    );
    expect(ids).toBe(`${place.user} ${place.user}`);
    expect(privileges).toBe("NoNewPrivs:\t1");
    expect(await sh(`getent passwd ${place.user}`)).toBe("");
    expect(await sh("sudo -n id -u")).not.toMatch(/^0/);
  });

  it("has the given environment and a home and temporary folder of its own, and nothing else", async () => {
    const { place, sh } = await here({ ground: { env: { PATH: "/usr/bin:/bin", LANG: "C" } } });
    const lines = (
      await sh('env; touch "$HOME/x" "$TMPDIR/x" a.txt && echo can write', { env: { KEY: "a b" } })
    )
      .trim()
      .split("\n");
    const home = dirname(place.checkout);
    expect(lines.filter((line) => !/^(?:_|PWD|SHLVL|OLDPWD)=/.test(line)).toSorted()).toEqual(
      [
        "KEY=a b",
        "LANG=C",
        "PATH=/usr/bin:/bin",
        `HOME=${home}/home`,
        `TMPDIR=${home}/tmp`,
        `USER=roundtable-${place.user}`,
        `LOGNAME=roundtable-${place.user}`,
        "can write",
      ].toSorted(),
    );
  });

  it("reaches none of our files, signals none of our processes, and changes nothing of ours", async () => {
    const { place, checkout, sh } = await here();
    await mkdir(checkout.own);
    await writeFile(join(checkout.own, "key"), "secret", { mode: 0o600 });
    const said = await sh(
      `cat ${checkout.own}/key /proc/${process.pid}/environ; ` +
        `kill -0 ${process.pid} || echo cannot signal; ` +
        `for at in '${checkout.folder}' '${checkout.own}' ${dirname(place.checkout)} /etc ${join(import.meta.dirname, "../../..")}; ` +
        `do touch "$at/made" 2>/dev/null && echo "wrote $at"; done; ls ${dirname(place.checkout)}`,
    );
    expect(said).toContain("cannot signal");
    expect(said).not.toMatch(/secret|wrote|PATH=/);
    expect(await checkout.read("a.txt")).toBe("one\n");
    expect((await stat(join(checkout.folder, "a.txt"))).uid).toBe(process.getuid!());
  });

  it("is told apart from who reads through a link: it leads no further than that user may go", async () => {
    const { place, checkout } = await here();
    await writeFile(`${checkout.own}-key`, "secret", { mode: 0o600 });
    await place.processes.run({
      command: "ln",
      args: ["-s", `${checkout.own}-key`, "link"],
      cwd: place.checkout,
      env: place.env,
    });
    expect(await place.files.read(`${place.checkout}/link`)).toBeNull();
    expect(await place.files.read(`${place.checkout}/a.txt`)).toEqual(Buffer.from("one\n"));
    await expect(place.files.write(`${place.checkout}/../new`, "x")).resolves.toBeUndefined();
    expect(await place.files.read(`${checkout.own}-key`)).toEqual(Buffer.from("secret"));
  });

  it("has its files written as its own", async () => {
    const { place, sh } = await here();
    const settings = `${place.env["HOME"]}/.tool/settings.json`;
    await place.files.write(settings, "{}");
    await place.files.append(settings, "\n");
    expect(await place.files.list(`${place.env["HOME"]}/.tool`)).toEqual(["settings.json"]);
    expect(await sh(`stat -c %u ${settings}; cat ${settings}`)).toBe(`${place.user}\n{}\n`);
    await place.files.remove(`${place.env["HOME"]}/.tool`);
    expect(await place.files.list(`${place.env["HOME"]}/.tool`)).toEqual([]);
  });

  it("is read no file of that has no bound", async () => {
    const { place, sh } = await here();
    await sh('head -c 17000000 /dev/zero > "$HOME/report"; head -c 16000000 /dev/zero > a.txt');
    await expect(place.files.read(`${place.env["HOME"]}/report`)).rejects.toThrow("more than 16777216 bytes");
    expect(await place.files.read(`${place.checkout}/a.txt`)).toHaveLength(16_000_000);
  });

  it("runs the agents' programs that we put there, and cannot change them", async () => {
    const { place, sh } = await here();
    await writeFile(`${place.tools}/agent`, "#!/bin/sh\necho works\n", { mode: 0o755 });
    const script = `${place.tools}/agent; for at in ${place.tools} ${place.tools}/agent; do test -w $at && echo open; done`;
    expect(await sh(script)).toBe("works\n");
  });

  /** Outlives who starts it, and who starts it goes on once it has left the tree: a pipe says so. */
  const DAEMON =
    "read -r _ < <(setsid bash -c '(trap \"\" TERM; echo up; exec >/dev/null; while :; do sleep 1; done) & disown' 2>/dev/null)";

  it("is dead before the wrapper looks, and when the job ends", async () => {
    const { place, sh } = await here();
    await sh(DAEMON);
    expect(livingOf(place.user!)).not.toEqual([]);
    await place.wrapper.processes.run({ command: "true", args: [], cwd: place.checkout, env: place.env });
    expect(livingOf(place.user!)).toEqual([]);
    await sh(DAEMON);
    expect(livingOf(place.user!)).not.toEqual([]);
    await place.close();
    expect(livingOf(place.user!)).toEqual([]);
    expect(await machine.files.read(place.checkout)).toBeNull();
    expect(await readdir(dirname(dirname(place.checkout)))).toEqual(["work tree"]);
  });

  it("is alone with the wrapper, whatever way it came to run, and leaves nothing with its folder", async () => {
    const everybodys = await mkdtemp(join(tmpdir(), "roundtable-open-"));
    onTestFinished(() => rm(everybodys, { recursive: true, force: true }));
    await chmod(everybodys, 0o777);
    const { place } = await here({ ground: { env: { PATH: `${everybodys}:/usr/bin:/bin` } } });
    await writeFile(join(everybodys, "head"), `#!/bin/bash\n${DAEMON}\nexec /usr/bin/head "$@"\n`, {
      mode: 0o755,
    });
    await place.files.read(`${place.checkout}/a.txt`);
    expect(livingOf(place.user!)).not.toEqual([]);
    const others =
      'for at in /proc/[0-9]*; do test -O $at && test $at != /proc/$$ && grep -q "^State:.[^ZX]" $at/status && echo $at; done';
    const inWrapper = async (script: string) => {
      const args = ["-c", script];
      const request = { command: "bash", args, cwd: place.checkout, env: place.env };
      return new TextDecoder().decode((await place.wrapper.processes.run(request)).stdout);
    };
    expect(await inWrapper(others)).toBe("");
    await inWrapper(DAEMON);
    expect(livingOf(place.user!)).toEqual([]);
  });

  it("ends at its deadline with all that left the tree", async () => {
    const { place } = await here();
    const ended = await place.processes.run({
      command: "bash",
      args: ["-c", `${DAEMON}; sleep 60`],
      cwd: place.checkout,
      env: place.env,
      timeoutMs: 300,
    });
    expect(ended).toMatchObject({ timedOut: true });
    const stopped = new AbortController();
    const waiting = place.processes.run({
      command: "bash",
      args: ["-c", "trap '' TERM; echo ready; while :; do sleep 1; done"],
      cwd: place.checkout,
      env: place.env,
      signal: stopped.signal,
      onOutput: () => stopped.abort(),
    });
    expect((await waiting).code).not.toBe(0);
    // What was killed may take a moment to be gone.
    await expect.poll(() => livingOf(place.user!), { timeout: 60_000 }).toEqual([]);
  });

  it("rejects a program that is not there", async () => {
    const { place } = await here();
    const request = { command: "no-such-program", args: [], cwd: place.checkout, env: place.env };
    await expect(place.processes.run(request)).rejects.toThrow("no-such-program");
  });

  it("cannot reach the wrapper's folder, and the wrapper's git is no more than that user", async () => {
    const { place, sh } = await here();
    const { folder, processes } = place.wrapper;
    const run = async (script: string) =>
      (await processes.run({ command: "bash", args: ["-c", script], cwd: place.checkout, env: place.env }))
        .stdout;
    expect(new TextDecoder().decode(await run(`id -u; touch ${folder}/x && echo wrote`))).toBe(
      `${place.user}\nwrote\n`,
    );
    expect(await sh(`ls ${folder} || echo closed; cat ${folder}/x || echo closed`)).toMatch(
      /closed[^]*closed/,
    );
  });

  it("opens nothing of it to a third user, however open the checkout is", async () => {
    const { place, checkout, sh } = await here({
      before: async ({ folder }) => {
        await chmod(folder, 0o777);
        await chmod(join(folder, "a.txt"), 0o644);
      },
    });
    await sh('umask 0; echo left > "$HOME/left"; echo left > "$TMPDIR/left"');
    const means = meansOf({ ...(await findSystem()), ...system })!;
    const { HOME, TMPDIR } = place.env;
    const at = `${place.checkout} ${HOME} ${TMPDIR} ${place.wrapper.folder}`;
    const script = `id -u; cat ${place.checkout}/a.txt ${HOME}/left ${TMPDIR}/left; ls ${at}; touch ${TMPDIR}/made && echo made`;
    const look = { command: "bash", args: ["-c", script], cwd: "/", env: { PATH: "/usr/bin:/bin" } };
    const seen = await machine.processes.run(asUser(means, place.user! + 1, look));
    expect(new TextDecoder().decode(seen.stdout)).toBe(`${place.user! + 1}\n`);
    // What was copied is as open as it was, below a folder that is closed.
    expect((await stat(checkout.folder)).mode & 0o777).toBe(0o777);
    expect(await sh("stat -c %a a.txt")).toBe("644\n");
  });

  it("is not taken where programs would be lost and the job may stay as it is", async () => {
    const closed = await open({ system, ground: { staysRather: true } });
    expect(closed.place.user).not.toBeNull();
    const folder = join(dirname(closed.checkout.folder), "tools");
    await mkdir(folder, { mode: 0o700 });
    const env = { PATH: `${folder}:/usr/bin:/bin` };
    const { place } = await open({ system, ground: { staysRather: true, env } });
    expect({ user: place.user, told: place.told }).toEqual({
      user: null,
      told: [`Agents and commands run as the job's own user: another user would not reach ${folder}.`],
    });
    await writeFile(join(folder, "agent.js"), "");
    const needy = await open({
      system,
      ground: { staysRather: true, needs: [join(folder, "agent.js"), "/no-such"] },
    });
    expect(needy.place.user).toBeNull();
    const other = await open({ system, ground: { env } });
    expect(other.place.told[1]).toBe(`That user cannot reach ${folder}.`);
  });

  it(`runs nothing of a poisoned checkout, or of a repository within it (${way})`, async () => {
    const { place, checkout, sh } = await here();
    const trapped = async (): Promise<string> =>
      sh(`cat ${place.env["TMPDIR"]}/trapped 2>/dev/null; rm -f ${place.env["TMPDIR"]}/trapped`);
    const trap = `#!/bin/sh\nid -u >> ${place.env["TMPDIR"]}/trapped\ncat\n`;
    const said: string[] = [];
    const agent = {
      work: async () => {
        await place.files.write(`${place.checkout}/trap.sh`, trap);
        const script = `chmod +x trap.sh
          (git init --quiet inner; cd inner; echo x > file; git add file; git -c user.name=a -c user.email=a@b commit --quiet --message=x
          git config filter.t.clean "$OLDPWD/trap.sh"; echo '* filter=t' > .gitattributes; echo y > file)
          cp trap.sh .git/hooks/post-index-change; cp trap.sh .git/hooks/pre-commit
          for key in filter.t.clean filter.t.smudge core.fsmonitor diff.external credential.helper core.pager alias.add; do git config $key "!$PWD/trap.sh"; done
          git config core.fsmonitor "$PWD/trap.sh"; git config filter.t.clean "$PWD/trap.sh"; git config core.hooksPath "$PWD/.git/hooks"
          printf '[core]\\n\\tfsmonitor = %s\\n' "$PWD/trap.sh" > "$HOME/.gitconfig"
          echo '* filter=t diff=t merge=t' > .gitattributes; ln -s ${checkout.own}-key stolen; echo two > a.txt; chmod 600 a.txt`;
        const request = { command: "bash", args: ["-c", script], cwd: place.checkout, env: place.env };
        said.push(new TextDecoder().decode((await place.processes.run(request)).stderr));
        return plainAnswer("completed", "Done.");
      },
    };
    await writeFile(`${checkout.own}-key`, "secret", { mode: 0o600 });
    const done = await work(
      { ...machine, ...place, ...quiet, agent, proxy: noModel },
      {
        brief: "",
        job: aJob(),
        checkout: place.checkout,
        folder: checkout.own,
        env: place.env,
        secrets: {},
      },
    );
    const result: SentHandOver = JSON.parse(await readFile(done.path, "utf8"));
    const files = "verdict" in result ? [] : result.commits.flatMap((commit) => commit.files);
    expect(said).toEqual([""]);
    expect(
      files
        .map(({ path, content, mode }) => ({ path, content, mode }))
        .filter(({ path }) => path !== "trap.sh"),
    ).toEqual([
      { path: ".gitattributes", mode: "100644", content: "* filter=t diff=t merge=t\n" },
      { path: "a.txt", mode: "100644", content: "two\n" },
      { path: "inner", mode: "160000", content: "" },
      { path: "stolen", mode: "120000", content: `${checkout.own}-key` },
    ]);
    expect(await trapped()).toBe("");
    // The traps are sharp: any other git of that user would have run into them.
    for (const plain of ["git status", "cd inner && git -c core.fsmonitor=false status"]) {
      await sh(plain);
      expect(await trapped()).toContain(String(place.user));
    }
  });

  it("changes the owner of nothing that a link or another name of a file leads to", async () => {
    const { place, checkout, sh } = await here({
      before: async ({ folder, own }) => {
        await writeFile(`${own}-key`, "secret", { mode: 0o600 });
        await symlink(`${own}-key`, join(folder, "link"));
        await link(`${own}-key`, join(folder, "same"));
        await symlink("/etc", join(folder, "folder"));
      },
    });
    expect((await stat(`${checkout.own}-key`)).uid).toBe(process.getuid!());
    expect((await stat("/etc")).uid).toBe(0);
    expect(await sh("readlink link; stat -c %u link same")).toBe(
      `${checkout.own}-key\n${place.user}\n${place.user}\n`,
    );
  });
});
