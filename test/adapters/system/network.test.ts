/** The network of branch code where `network.allow` names hosts: what the list means, and a real wall. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { keyProxy } from "../../../src/adapters/agent/key-proxy.ts";
import { machine } from "../../../src/adapters/system/machine.ts";
import type { Processes } from "../../../src/application/ports.ts";
import { isAllowed } from "../../../src/domain/network.ts";
import { UserError } from "../../../src/domain/problem.ts";
import { heard, serve } from "../../support/hosts.ts";
import { open, WAYS } from "../../support/place.ts";

describe("what a list of hosts allows", () => {
  const allow = ["registry.npmjs.org", "*.example.org", "Api.Example.com:8443", "10.0.0.5:8080", "[fd00::1]"];

  it.each([
    ["registry.npmjs.org", 443, true],
    ["registry.npmjs.org", 80, true],
    ["registry.npmjs.org", 22, false],
    ["a.registry.npmjs.org", 443, false],
    ["a.example.org", 443, true],
    ["a.b.example.org", 443, true],
    ["example.org", 443, false],
    ["evilexample.org", 443, false],
    ["api.example.com", 8443, true],
    ["api.example.com", 443, false],
    ["10.0.0.5", 8080, true],
    ["10.0.0.5", 443, false],
    ["[fd00::1]", 443, true],
    ["npmjs.org", 443, false],
  ])("%s:%s %s", (host, port, expected) => {
    expect(isAllowed({ host, port }, allow)).toBe(expected);
  });

  it("takes no address for a host below a name", () => {
    expect(isAllowed({ host: "169.254.169.254", port: 80 }, ["*.254", "*.169.254"])).toBe(false);
  });
});

it("where no other user can be had a list of hosts ends it, with what to do", async () => {
  const opening = open({ system: { uid: 1000, sudo: null }, ground: { network: ["a.example"] } });
  await expect(opening).rejects.toThrow(UserError);
  await expect(opening).rejects.toThrow(
    /^`network\.allow` cannot be kept here, so nothing of the branch begins: it is not root, .* or take `network` out of \.github\/roundtable\.yml/,
  );
});

describe.each(WAYS)("behind the wall, by $way", ({ system }) => {
  it("is nothing of the machine's network: no server, no name, no address, no device", async () => {
    const { port, asked } = await serve();
    const { sh, place } = await open({ system, ground: { network: ["a.example"] } });
    const said = await sh(`
      exec 2>&1
      (exec 3<>/dev/tcp/127.0.0.1/${port}) && echo REACHED
      (exec 3<>/dev/tcp/1.1.1.1/443) && echo REACHED
      getent hosts example.org && echo RESOLVED
      ls -A /run && echo "run is empty"
      tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '
      unshare --user --map-root-user nsenter --net=/proc/1/ns/net true && echo ENTERED
      id -u`);
    expect(said).not.toMatch(/REACHED|RESOLVED|ENTERED/);
    expect(said).toContain("run is empty\n");
    expect(said).toMatch(new RegExp(`\\nlo\\n[^]*\\n${place.user}\\n$`));
    expect(asked).toEqual([]);
    const unwalled = await open({ system });
    expect(await unwalled.sh(`(exec 3<>/dev/tcp/127.0.0.1/${port}) && echo REACHED`)).toBe("REACHED\n");
  });

  it("hosts of the list are reached by what the environment names, others are told", async () => {
    const { port, asked } = await serve();
    const { told, log } = heard();
    const network = [`localhost:${port}`, `127.0.0.1:${port}`];
    const { sh } = await open({ system, log, ground: { network } });
    const program = `
      const { request } = require("node:http");
      const proxy = new URL(process.env.HTTP_PROXY);
      for (const path of process.argv.slice(1))
        request({ host: proxy.hostname, port: proxy.port, path }, (answer) => answer.pipe(process.stdout)).end();`;
    const ask = (target: string) =>
      sh(`"$NODE" -e "$PROGRAM" ${target}`, { env: { NODE: process.execPath, PROGRAM: program } });
    expect(await ask(`http://localhost:${port}/wanted`)).toBe("hello from the host");
    expect(await ask("http://evil.example/x")).toBe(
      "The network is closed to evil.example:80: `network.allow` does not name it.\n",
    );
    expect(asked).toEqual([`GET localhost:${port} /wanted`]);
    expect(told).toEqual(["The network is closed to evil.example:80: `network.allow` does not name it."]);
    expect(await sh("env | grep -iE '_proxy=' | grep -v NODE | LC_ALL=C sort")).toMatch(
      /^HTTPS_PROXY=(\S+)\nHTTP_PROXY=\1\nNO_PROXY=127\.0\.0\.1,localhost,::1\nhttp_proxy=\1\nhttps_proxy=\1\nno_proxy=127\.0\.0\.1,localhost,::1\n$/,
    );
  });

  it("the key proxy is reached at its own address, also by who asks the gate for that", async () => {
    const { port, asked } = await serve();
    const { sh, place } = await open({ system, ground: { network: ["a.example"] } });
    const route = {
      dialect: "anthropic",
      origin: `http://127.0.0.1:${port}`,
      key: "key",
      price: null,
      cap: null,
    } as const;
    const model = await keyProxy({ ...machine, door: place.door }).open(route);
    onTestFinished(() => model.close());
    const { origin, token } = model.access;
    const curl = (more: string) =>
      sh(
        `curl -s ${more} -H 'x-api-key: ${token}' -H 'content-type: application/json' -d '{"model":"m"}' ${origin}/v1/messages`,
      );
    expect(await curl("")).toBe("hello from the host");
    expect(await curl("--noproxy ''")).toBe("hello from the host");
    expect(asked.filter((line) => line.startsWith("POST"))).toHaveLength(2);
  });

  it("who ends all of the user stands behind it too: what it is to end could take hold of it", async () => {
    const places = new Set<string>();
    const look = "readlink /proc/self/ns/net /proc/self/ns/mnt";
    const run: Processes["run"] = async (started) => {
      if (!started.args.some((arg) => arg.startsWith("kill "))) return machine.processes.run(started);
      const args = started.args.map((arg) => (arg.startsWith("kill ") ? look : arg));
      places.add(new TextDecoder().decode((await machine.processes.run({ ...started, args })).stdout));
      return machine.processes.run(started);
    };
    const { place, sh } = await open({ system, processes: { run }, ground: { network: ["a.example"] } });
    const behind = await sh(look);
    await place.wrapper.processes.run({ command: "/bin/true", args: [], cwd: "/", env: {} });
    await place.close();
    expect([...places]).toEqual([behind]);
  });

  it("comes down where its place cannot be opened", async () => {
    let carrier = "";
    const run: Processes["run"] = async (started) => {
      if (started.args.includes("--net")) carrier = started.args.at(-1)!;
      if (started.args.some((arg) => arg.startsWith("for path;"))) throw new Error("no more processes");
      return machine.processes.run(started);
    };
    const opening = open({ system, processes: { run }, ground: { network: ["a.example"] } });
    await expect(opening).rejects.toThrow("no more processes");
    expect(carrier).toMatch(/doors$/);
    expect((await commandLines()).filter((line) => line.includes(carrier))).toEqual([]);
    expect(existsSync(dirname(carrier))).toBe(false);
  });

  it("leaves nothing behind, and starts nobody who could become more", async () => {
    const { place, sh } = await open({ system, ground: { network: ["a.example"] } });
    const { path } = place.door!;
    const carriers = async () => (await commandLines()).filter((line) => line.includes(dirname(path)));
    expect(place.told).toContain("Of the network they reach a.example, and nothing else.");
    expect(await sh("grep NoNewPrivs /proc/self/status")).toBe("NoNewPrivs:\t1\n");
    expect(await sh(`kill -KILL -1; ls ${dirname(path)}`)).toContain("Permission denied");
    expect(await carriers()).not.toEqual([]);
    await place.close();
    expect(await carriers()).toEqual([]);
  });
});

async function commandLines(): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  return Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
}
