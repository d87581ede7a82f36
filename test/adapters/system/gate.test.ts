/** The gate by itself: whom it lets through to, and what it passes on. */
import { request } from "node:http";
import { connect } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openGate, type GateOptions } from "../../../src/adapters/system/gate.ts";
import { heard, serve, speak } from "../../support/hosts.ts";

describe("the gate", () => {
  async function gateWith(options: Partial<GateOptions>) {
    const folder = await mkdtemp(join(tmpdir(), "roundtable-gate-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { told, log } = heard();
    const path = join(folder, "gate");
    const model = { destination: { host: "127.0.0.1", port: 1 }, path: join(folder, "model") };
    const gate = await openGate({ path, allow: [], model, log, ...options });
    onTestFinished(() => gate.close());
    return { path, told, gate };
  }

  /** Asks it as a program would, and gives the answer's status and text. */
  async function ask(options: Partial<GateOptions>, target: string, how: "CONNECT" | "GET") {
    const { path, told } = await gateWith(options);
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

  it.each([
    ["has no status", "HTTP/1.1 000 OK\r\ncontent-length: 0\r\n\r\n"],
    ["turns to another protocol", "HTTP/1.1 101 Go\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"],
    ["is none", ""],
  ])("says so where a host's answer %s, and goes on", async (_, answer) => {
    const { port } = await speak(answer);
    const allow = [`127.0.0.1:${port}`];
    const { status, said } = await ask({ allow }, `http://127.0.0.1:${port}/`, "GET");
    expect({ status, said }).toEqual({ status: 502, said: `127.0.0.1:${port} could not be reached.\n` });
  });

  it("a body stays one: no second request for another host hides in it", async () => {
    const { port, heardThere } = await speak("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    const { path } = await gateWith({ allow: [`127.0.0.1:${port}`] });
    const hidden = "GET / HTTP/1.1\r\nHost: other.example\r\n\r\n";
    const sent = request({
      socketPath: path,
      path: `http://127.0.0.1:${port}/`,
      headers: { "transfer-encoding": "chunked" },
    });
    sent.end(hidden);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    sent.on("error", reject).on("response", resolve);
    await promise;
    expect(heardThere.join("")).toContain(`\r\n\r\n${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`);
  });

  it.each([
    ["CONNECT", (port: number) => `CONNECT a.example:${port} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ["GET", (port: number) => `GET http://a.example:${port}/ HTTP/1.1\r\nHost: a\r\n\r\n`],
  ])("who has hung up while a name was looked up is connected to nothing (%s)", async (_, asking) => {
    const { port, heardThere } = await speak("");
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { promise: found, resolve: find } = Promise.withResolvers<{ address: string; family: number }[]>();
    const resolve: Required<GateOptions>["resolve"] = () => {
      begin();
      return found;
    };
    const { path, gate } = await gateWith({ allow: [`a.example:${port}`, `127.0.0.1:${port}`], resolve });
    const socket = connect(path);
    socket.write(asking(port));
    await begun;
    socket.destroy();
    await gate.close();
    find([{ address: "127.0.0.1", family: 4 }]);
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    // Connections are taken in the order in which they were begun.
    const last = connect(port, "127.0.0.1");
    last.write("last");
    await new Promise((done) => void last.once("close", done).resume());
    expect(heardThere).toEqual(["(connected)", "last"]);
  });

  it("no refusal gives the log another form", async () => {
    const { told } = await ask({}, "http://a%0a%1b[31m##[error]b.example/", "GET");
    expect(told.join("\n")).not.toMatch(/\n|\u001B|##\[/);
  });
});
