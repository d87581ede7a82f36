/** The vendors' real programs where the network is closed: they reach their model by the key proxy, and nothing else. */
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { cliAgent } from "../../src/adapters/agent/cli-agent.ts";
import { CLIS } from "../../src/adapters/agent/clis.ts";
import { keyProxy } from "../../src/adapters/agent/key-proxy.ts";
import { machine } from "../../src/adapters/system/machine.ts";
import { ABILITIES } from "../../src/domain/agent/backend.ts";
import { aJob, quiet } from "../support/checkout.ts";
import { open, WAYS } from "../support/place.ts";
import { stubModel } from "../support/stub-model/server.ts";
import { inTurns } from "../support/stub-model/turn.ts";
import { installed, MODELS, TOOLS } from "./real-cli.ts";

const real = Object.values(CLIS).filter(({ npm }) => npm !== null);

describe.each(real.map((cli) => ({ name: cli.backend, cli })))("$name", ({ cli }) => {
  beforeAll(() => installed(cli), 600_000);

  it.runIf(WAYS.length > 0)("works behind the wall", async () => {
    const env = { PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8" };
    const { place, sh } = await open({ ground: { network: ["a.example"], env } });
    const stub = await stubModel(
      inTurns(
        { shell: "echo two > two.txt; curl -s http://evil.example/ > answer.txt" },
        { say: 'I did it.\n{"outcome":"completed","summary":"Wrote it."}' },
      ),
    );
    onTestFinished(() => stub.close());
    const { dialect } = ABILITIES[cli.backend].provider!;
    const route = { dialect, origin: stub.origin, key: stub.key, price: null, cap: null };
    const model = await keyProxy({ ...machine, door: place.door }).open(route);
    onTestFinished(() => model.close());
    const installer = { ...machine, ...quiet, env, folder: TOOLS };
    const ports = { ...machine, ...quiet, processes: place.processes, files: place.files };
    const answer = await cliAgent(cli, { ...ports, installer, secrets: {} }).work({
      brief: "Write two to two.txt. End with one line of JSON.",
      job: aJob({ backend: cli.backend, model: MODELS[cli.backend] ?? "stub-1" }),
      checkout: place.checkout,
      env: place.env,
      model: model.access,
      signal: new AbortController().signal,
    });
    expect(answer).toMatchObject({ outcome: "completed", summary: "Wrote it." });
    expect(await sh("cat two.txt answer.txt")).toBe(
      "two\nThe network is closed to evil.example:80: `network.allow` does not name it.\n",
    );
  });
});
