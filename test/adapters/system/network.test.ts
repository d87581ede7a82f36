/** The network of branch code where `network.allow` names hosts: behind a real wall, and the gate's judgement by itself. */
import { createServer, request, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openGate, type GateOptions } from "../../../src/adapters/system/gate.ts";
import { keyProxy } from "../../../src/adapters/agent/key-proxy.ts";
import { machine } from "../../../src/adapters/system/machine.ts";
import { isAllowed } from "../../../src/domain/network.ts";
import { UserError } from "../../../src/domain/problem.ts";
import { quiet } from "../../support/checkout.ts";
import { open, WAYS } from "../../support/place.ts";

/** A log that is kept. */
function heard() {
  const told: string[] = [];
  return { told, log: { ...quiet.log, warn: (message: string) => void told.push(message) } };
}

/** A server on this machine's loopback that says what it was asked. */
async function serve(): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.headers.host} ${incoming.url}`);
    incoming.on("data", (chunk: Buffer) => asked.push(chunk.toString("utf8")));
    incoming.on("end", () => response.end("hello from the host"));
  });
  return { port: await listen(server), asked };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

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

describe("the gate", () => {
  /** Asks it as a program would, and gives the answer's status and text. */
  async function ask(options: Partial<GateOptions>, target: string, how: "CONNECT" | "GET") {
    const folder = await mkdtemp(join(tmpdir(), "roundtable-gate-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { told, log } = heard();
    const path = join(folder, "gate");
    const model = { destination: { host: "127.0.0.1", port: 1 }, path: join(folder, "model") };
    const gate = await openGate({ path, allow: [], model, log, ...options });
    onTestFinished(() => gate.close());
    const { promise, resolve, reject } = Promise.withResolvers<{
      status: number | undefined;
      said: string;
    }>();
    if (how === "GET") {
      const sent = request({ socketPath: path, path: target, headers: { host: "innocent.example" } });
      sent.on("error", reject).on("response", (answer) => {
        let said = "";
        answer.setEncoding("utf8").on("data", (part: string) => void (said += part));
        answer.on("end", () => resolve({ status: answer.statusCode, said }));
      });
      sent.end();
    } else {
      const socket = connect(path);
      let said = "";
      socket.write(
        `CONNECT ${target} HTTP/1.1\r\nHost: innocent.example\r\n\r\nGET /in HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      );
      socket.on("data", (chunk) => void (said += chunk.toString("utf8")));
      socket.on("error", reject).on("close", () => resolve({ status: Number(said.split(" ")[1]), said }));
    }
    return { ...(await promise), told };
  }
  const to =
    (...addresses: string[]): Required<GateOptions>["resolve"] =>
    async () =>
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

  it.each(["CONNECT", "GET"] as const)(
    "lets through to a host of the list, at the address it found (%s)",
    async (how) => {
      const { port, asked } = await serve();
      const allow = [`files.example:${port}`, `127.0.0.1:${port}`];
      const target = how === "GET" ? `http://files.example:${port}/a?b` : `files.example:${port}`;
      const { status, said, told } = await ask({ allow, resolve: to("127.0.0.1") }, target, how);
      expect({ status, told }).toEqual({ status: 200, told: [] });
      expect(said).toContain("hello from the host");
      // Of a plain request the host that was allowed is the host that is asked.
      expect(asked).toEqual([how === "GET" ? `GET files.example:${port} /a?b` : "GET a /in"]);
    },
  );

  it("looks a name up once: a second answer is never asked for", async () => {
    const { port } = await serve();
    let times = 0;
    const resolve: Required<GateOptions>["resolve"] = async () => [
      { address: times++ === 0 ? "127.0.0.1" : "10.9.9.9", family: 4 },
    ];
    const allow = [`files.example:${port}`, `127.0.0.1:${port}`];
    const { status } = await ask({ allow, resolve }, `http://files.example:${port}/`, "GET");
    expect({ status, times }).toEqual({ status: 200, times: 1 });
  });

  it("does not even look up what is not in the list", async () => {
    const resolve: Required<GateOptions>["resolve"] = () => Promise.reject(new Error("was looked up"));
    const { status, said, told } = await ask(
      { allow: ["a.example"], resolve },
      "secret.evil.example:443",
      "CONNECT",
    );
    expect(status).toBe(403);
    expect(told).toEqual([
      "The network is closed to secret.evil.example:443: `network.allow` does not name it.",
    ]);
    expect(said).toContain(told[0]);
  });

  it.each([
    ["an address that is not in the list", "93.184.216.34:443"],
    ["the address of a cloud's own service", "169.254.169.254:80"],
    ["the same, written as one number", "2852039166:80"],
    ["the same, as IPv6", "[::ffff:169.254.169.254]:80"],
    ["the machine itself", "localhost:80"],
    ["the machine itself, by another spelling", "127.1:80"],
    ["another port", "a.example:22"],
    ["the end of a listed name", "example:443"],
    ["a name that has a listed one in it", "a.example.evil.test:443"],
    ["a user before another host", "a.example@evil.test:443"],
  ])("refuses %s: %s", async (_, target) => {
    const { status, told } = await ask({ allow: ["a.example"] }, target, "CONNECT");
    expect({ status, sentences: told.length }).toEqual({ status: 403, sentences: 1 });
    expect(await ask({ allow: ["a.example"] }, `http://${target}/`, "GET")).toMatchObject({ status: 403 });
  });

  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "172.20.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "168.63.129.16",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "::1",
    "::",
    "fd00::1",
    "fe80::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
  ])("refuses a listed name that leads to %s", async (address) => {
    const { status, told } = await ask(
      { allow: ["a.example"], resolve: to(address) },
      "a.example:443",
      "CONNECT",
    );
    expect({ status, told }).toEqual({
      status: 403,
      told: [
        "The network is closed to a.example:443: its address is of this machine or of a private network, and `network.allow` does not name that address.",
      ],
    });
  });

  it("says what a request for itself must be, and that a name is not known", async () => {
    expect(await ask({}, "/path", "GET")).toMatchObject({ status: 400, told: [] });
    const nobody = { allow: ["a.example"], resolve: () => Promise.reject(new Error("ENOTFOUND")) };
    expect(await ask(nobody, "a.example:443", "CONNECT")).toMatchObject({ status: 502, told: [] });
  });

  it("no refusal gives the log another form", async () => {
    const { told } = await ask({}, "http://a%0a%1b[31m##[error]b.example/", "GET");
    expect(told.join("\n")).not.toMatch(/\n|\u001B|##\[/);
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
