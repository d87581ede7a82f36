/** A unit's whole way with each of the vendors' real programs: the shipped workflow, the key proxy, the stub of a model. */
import { describe, expect, it } from "vitest";
import type { Cli } from "../../src/adapters/agent/cli.ts";
import { CLIS } from "../../src/adapters/agent/clis.ts";
import { ABILITIES } from "../../src/domain/agent/backend.ts";
import { stubModel } from "../support/stub-model/server.ts";
import type { Turn } from "../support/stub-model/turn.ts";
import { confirmedRun, SHIPPED, WORKFLOW } from "../support/shipped-run.ts";
import { wholeStory } from "../support/world.ts";
import { installed, MODELS, TOOLS } from "./real-cli.ts";

const KEY = "the-real-key";
const DONE = '{"outcome":"completed","summary":"Wrote it."}';

/** A model that knows no absolute path: it works by its shell. */
const worker = (results: number): Turn =>
  results === 0 ? { shell: "mkdir -p src && echo days > src/parser.txt && env > env.txt" } : { say: DONE };

const real: Cli[] = Object.values(CLIS).filter(({ npm }) => npm !== null);

describe.each(real.map((cli) => ({ name: cli.backend, cli })))("$name", ({ cli }) => {
  it("does a unit: prepared, done, verified, reviewed and landed, and never sees the key", async () => {
    await installed(cli);
    const stub = await stubModel(worker, KEY);
    const { key } = ABILITIES[cli.backend].provider!;
    const model = MODELS[cli.backend] ?? "stub-1";
    const config = `version: 1
agents: { mine: { backend: ${cli.backend}, model: ${model}, base_url: "${stub.origin}" } }
reviewers: { agent: practice }
verify: ["test ! -e src/parser.txt || grep -q days src/parser.txt"]
`;
    // Installed once for all of these tests.
    const workflow = SHIPPED.replace(
      "permissions: {}",
      `env: { ROUNDTABLE_AGENTS: "${TOOLS}" }\n\npermissions: {}`,
    );
    try {
      await wholeStory(
        async (world) => {
          const { rest, run } = await confirmedRun(world, {
            tasks: "- [ ] 1. Write the parser\n  - _writes: src/parser.txt, env.txt_\n",
            files: { ".github/roundtable.yml": config, [WORKFLOW]: workflow },
            flags: "",
          });
          const { outcome, view } = await rest();
          const work = view.byId.get("1")!.work;
          expect(work).toMatchObject([{ role: "implement", outcome: "completed" }]);
          expect(outcome).toBe("complete");
          const { data } = await world.as("octo").rest.repos.getContent({
            owner: "octo",
            repo: "demo",
            path: "env.txt",
            ref: `roundtable/${run}/main`,
          });
          const seen = "content" in data ? Buffer.from(data.content, "base64").toString() : "";
          expect(seen).toContain("PATH=");
          expect(seen).not.toContain(KEY);
        },
        { secrets: { [key]: KEY } },
      );
      expect(stub.asked.length).toBeGreaterThanOrEqual(2);
      expect(stub.asked[0]!.body).toContain("Write the parser");
    } finally {
      await stub.close();
    }
  });
});
