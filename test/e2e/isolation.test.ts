/**
 * The built Action as a job starts it, with a key and a token in its environment, and an agent that is out for both.
 * As root, or with sudo, as in our own CI: without them the agent does not begin, which is tested as well.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { livingOf } from "../../src/adapters/system/end-all.ts";
import type { Job } from "../../src/domain/handover/job.ts";
import type { SentHandOver } from "../../src/domain/handover/result.ts";
import { aJob, makeCheckout, type Checkout } from "../support/checkout.ts";
import { ROOT } from "../support/local-run.ts";
import { WAYS } from "../support/place.ts";

const isRoot = process.getuid?.() === 0;
const SECRETS = {
  ANTHROPIC_API_KEY: "model-key-1",
  ACTIONS_RUNTIME_TOKEN: "job-token-1",
  INPUT_TOKEN: "job-token-2",
};

/** Says everything that it finds into a file of the work. */
const ATTACK = `exec > loot.txt 2>&1
env
for pid in $(ls /proc | grep -E '^[0-9]+$'); do tr '\\0' '\\n' < /proc/$pid/environ; done
echo "wrapper: $WRAPPER"
find "$(dirname "$RUNNER")" -type f -exec cat {} +
cat "$RUNNER"/* "$RUNNER"/*/* ; ls "$RUNNER"
for pid in $PPID $(cat parent.pid); do kill -0 $pid && echo SIGNALLED; done
for at in "$RUNNER" "$RUNNER/output" "$WORKSPACE" "$WORKSPACE/a.txt" '${ROOT}/dist/action.js' /etc/passwd /usr/bin; do
  test -w "$at" && echo "CAN WRITE $at"
done
setsid bash -c '(while :; do sleep 1; done) &' </dev/null >/dev/null 2>&1 &
exit 0
`;

interface Started {
  env?: Record<string, string>;
  /** Neither root nor with a way to become it. */
  isPlain?: boolean;
  onOutput?: (log: string, child: ChildProcess) => void;
}

async function runJob(checkout: Checkout, job: Partial<Job>, { env, isPlain, onOutput }: Started = {}) {
  const runner = join(checkout.folder, "../runner");
  await mkdir(join(runner, "brief"), { recursive: true });
  await writeFile(join(runner, "output"), "");
  await writeFile(join(runner, "token"), "job-token-3", { mode: 0o600 });
  await writeFile(join(runner, "brief/brief.md"), "brief");
  await writeFile(join(runner, "brief/job.json"), JSON.stringify(aJob({ headSha: checkout.head, ...job })));
  const drop = isRoot ? ["--reuid=65533", "--regid=65533", "--clear-groups"] : [];
  const action = [process.execPath, join(ROOT, "dist/action.js")];
  const [program, ...args] = isPlain ? ["setpriv", "--no-new-privs", ...drop, "--", ...action] : action;
  if (isPlain) await openToAll(join(checkout.folder, ".."));
  const child = spawn(program!, args, {
    env: {
      ...SECRETS,
      PATH: process.env["PATH"] ?? "",
      HOME: runner,
      RUNNER_TEMP: runner,
      GITHUB_WORKSPACE: checkout.folder,
      GITHUB_OUTPUT: join(runner, "output"),
      GITHUB_REPOSITORY: "o/r",
      INPUT_MODE: "work",
      INPUT_BRIEF: join(runner, "brief"),
      ...env,
    },
    cwd: checkout.folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      log += chunk.toString("utf8");
      onOutput?.(log, child);
    });
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once("close", resolve);
  const code = await promise;
  const bytes = await readFile(join(runner, "roundtable/result/result.json"), "utf8").catch(() => null);
  const result: SentHandOver | null = bytes === null ? null : JSON.parse(bytes);
  return { code, log, result };
}

/** Nothing runs as the user that a log names, and its folder is gone. */
async function expectGone(log: string): Promise<void> {
  const user = Number(/run as user (\d+)/.exec(log)?.[1]);
  expect(user).toBeGreaterThan(0);
  expect(existsSync(`/var/tmp/roundtable-${user}`)).toBe(false);
  // What was killed may take a moment to be gone.
  await expect.poll(() => livingOf(user), { timeout: 60_000 }).toEqual([]);
}

const filesOf = (result: SentHandOver | null) =>
  result === null || "verdict" in result ? [] : result.commits.flatMap(({ files }) => files);

it.runIf(WAYS.length > 0)(
  "the agent finds neither key nor token, writes nothing of ours, and leaves nothing behind",
  async () => {
    const checkout = await makeCheckout({ "a.txt": "one\n" });
    const runner = join(checkout.folder, "../runner");
    const attack = ATTACK.replaceAll("$RUNNER", runner).replaceAll("$WORKSPACE", checkout.folder);
    await checkout.write("attack.sh", attack);
    await checkout.write("parent.pid", String(process.pid));
    const { code, log, result } = await runJob(checkout, { backend: "command", command: "bash attack.sh" });
    expect({ code, log }).toMatchObject({
      code: 0,
      log: expect.stringMatching(/Agents and commands run as user \d+/),
    });
    const loot = filesOf(result).find(({ path }) => path === "loot.txt")?.content ?? "";
    expect(loot).toContain("CI=true");
    expect(loot).toContain(`/proc/${process.pid}/environ: Permission denied`);
    expect(loot).not.toMatch(/model-key|job-token|SIGNALLED|CAN WRITE/);
    await expectGone(log);
  },
);

it.each<Partial<Job>>([
  { backend: "claude" },
  // The step holds the keys of all agents, whoever works in it.
  { backend: "command", command: "tr '\\0' '\\n' < /proc/$PPID/environ" },
])(
  "no agent begins beside a model's key where no other user can be had, and what to do is said ($backend)",
  async (job) => {
    const checkout = await makeCheckout({ "a.txt": "one\n" });
    const { result, log } = await runJob(checkout, { ...job, setup: ["touch begun"] }, { isPlain: true });
    expect(result).toMatchObject({ outcome: "blocked", commits: [] });
    expect(result!.summary).toBe(
      "The agent did not begin: its step holds a model's key (ANTHROPIC_API_KEY), and this runner has no user to give that could not read it. " +
        "Let the job run as root or with sudo without a password, as on GitHub's own runners; take keys that no agent needs out of the work step; or, where all that runs on this runner may have the key, set `isolation: none` in .github/roundtable.yml.",
    );
    expect(log).toContain("Agents and commands run as the job's own user");
    expect(existsSync(join(checkout.folder, "begun"))).toBe(false);
  },
);

it.runIf(WAYS.length > 0)(
  "with a list of hosts the agent and its verify commands reach no other",
  async () => {
    const checkout = await makeCheckout({ "a.txt": "one\n" });
    const ask = "curl -s --max-time 5 http://evil.example/";
    const job: Partial<Job> = {
      backend: "command",
      command: "bash work.sh",
      verify: [`${ask} | grep closed`, "! bash -c 'exec 3<>/dev/tcp/1.1.1.1/53'"],
      network: ["registry.npmjs.org"],
    };
    await checkout.write("work.sh", `${ask} > answer.txt`);
    const { result, log } = await runJob(checkout, job);
    const said = "The network is closed to evil.example:80: `network.allow` does not name it.";
    expect(filesOf(result)).toMatchObject([{ path: "answer.txt", content: `${said}\n` }]);
    expect(result).toMatchObject({ verify: [{ code: 0 }, { code: 0 }] });
    expect(log.split(said).length - 1).toBeGreaterThan(0);
    await expectGone(log);
  },
);

it("no agent begins with a list of hosts where the network cannot be closed, and what to do is said", async () => {
  const checkout = await makeCheckout({ "a.txt": "one\n" });
  const job: Partial<Job> = { backend: "command", command: "touch begun", network: ["a.example"] };
  const { result } = await runJob(checkout, job, { isPlain: true, env: { ANTHROPIC_API_KEY: "" } });
  expect(result).toMatchObject({
    outcome: "blocked",
    summary: expect.stringMatching(/^`network\.allow` cannot be kept here, .* leaves the network open\.$/),
  });
  expect(existsSync(join(checkout.folder, "begun"))).toBe(false);
});

it("an agent that asks no model begins there where no key is", async () => {
  const checkout = await makeCheckout({ "a.txt": "one\n" });
  const job: Partial<Job> = { backend: "command", command: "true" };
  const { result } = await runJob(checkout, job, { isPlain: true, env: { ANTHROPIC_API_KEY: "" } });
  expect(result).toMatchObject({ outcome: "no_change" });
});

it.each([
  { mode: "##[add-mask]a", what: "gives the runner no orders" },
  { mode: "constructor", what: "tells which modes there are, whatever else an object has" },
])("what a failing job says $what", async ({ mode }) => {
  const checkout = await makeCheckout({});
  const { code, log } = await runJob(checkout, {}, { env: { INPUT_MODE: mode } });
  expect({ code, log }).toMatchObject({ code: 1, log: expect.stringContaining("There is no mode") });
  expect(log).not.toContain("##[");
});

it.runIf(WAYS.length > 0)("the verify job's commands run as that user as well", async () => {
  const id = process.getuid!();
  const checkout = await makeCheckout({
    ".github/roundtable.yml": `version: 1\nverify: ["test $(id -u) != ${id}", "touch made"]\n`,
  });
  const env = { INPUT_MODE: "verify", INPUT_ROLE: "verify" };
  const { code, log } = await runJob(checkout, {}, { env });
  expect({ code, log }).toMatchObject({ code: 0, log: expect.stringContaining("green (0): touch made") });
  expect(existsSync(join(checkout.folder, "made"))).toBe(false);
  await expectGone(log);
});

it.runIf(WAYS.length > 0).each([{ network: [] }, { network: ["a.example"] }])(
  "a job that is stopped takes along what has hidden ($network)",
  async ({ network }) => {
    const checkout = await makeCheckout({
      "hide.sh": "setsid bash -c 'trap \"\" TERM; while :; do sleep 1; done' &\necho hidden\nsleep 60\n",
    });
    const { code, log } = await runJob(
      checkout,
      { backend: "command", command: "bash hide.sh", network },
      { onOutput: (said, child) => void (said.includes("hidden") && child.kill("SIGTERM")) },
    );
    expect(code).toBe(1);
    await expectGone(log);
  },
);

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o777);
  for (const name of ["runner", "runner/brief", "runner/output"]) await chmod(join(folder, name), 0o777);
}
