/** When the server looks at which repository, on a clock that only tests move. */
import { beforeEach, describe, expect, it } from "vitest";
import { createLooks, type Looked, type Looks } from "../../src/entry/app/looks.ts";
import { UserError } from "../../src/domain/problem.ts";
import { createTestMachine, type TestMachine } from "../support/machine.ts";

const NOTHING: Looked = { lookAgainAt: null, isHeldBack: false };

let clock: TestMachine["clock"];
let looks: Looks;
let began: string[];
let failures: string[];
/** Ends the look under way at a repository. */
let ends: Map<string, (looked: Looked | Error) => void>;

function open(cap = 4): void {
  looks = createLooks({
    clock,
    log: {
      info() {},
      warn() {},
      error: (message, fields) => void failures.push(`${message}: ${String(fields?.["error"])}`),
    },
    cap,
    look: (key, reasons) => {
      began.push(`${key}: ${reasons.join(" ")}`);
      return new Promise((resolve, reject) => {
        ends.set(key, (looked) => (looked instanceof Error ? reject(looked) : resolve(looked)));
      });
    },
  });
}

beforeEach(() => {
  ({ clock } = createTestMachine());
  began = [];
  failures = [];
  ends = new Map();
  open();
});

/** Lets everything happen that waits for nothing but its turn. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await settle();
}

async function end(key: string, looked: Looked | Error = NOTHING): Promise<void> {
  ends.get(key)!(looked);
  ends.delete(key);
  await settle();
}

const inMs = (ms: number): Date => new Date(clock.now().getTime() + ms);

describe("a look", () => {
  it("gathers what is asked for within two seconds of the first", async () => {
    looks.ask("a/a", "1");
    await pass(1999);
    looks.ask("a/a", "2");
    expect(began).toEqual([]);
    await pass(1);
    expect(began).toEqual(["a/a: 1 2"]);
  });

  it("is never beside another at the same repository: what is asked meanwhile is one more", async () => {
    looks.ask("a/a", "1");
    await pass(2000);
    for (const reason of ["2", "3"]) looks.ask("a/a", reason);
    await pass(60_000);
    expect(began).toEqual(["a/a: 1"]);
    await end("a/a");
    await pass(0);
    expect(began).toEqual(["a/a: 1", "a/a: 2 3"]);
    await end("a/a");
    await pass(3_600_000);
    expect(began).toHaveLength(2);
  });

  it("comes again when the last one said so, earlier when it is asked for", async () => {
    looks.ask("a/a", "1");
    await pass(2000);
    await end("a/a", { lookAgainAt: inMs(60_000), isHeldBack: false });
    await pass(59_999);
    expect(began).toHaveLength(1);
    await pass(1);
    expect(began).toEqual(["a/a: 1", "a/a: "]);
    await end("a/a", { lookAgainAt: inMs(60_000), isHeldBack: false });
    looks.ask("a/a", "2");
    await pass(2000);
    expect(began.at(-1)).toBe("a/a: 2");
  });

  it("waits where GitHub asks for patience, whatever is asked", async () => {
    looks.ask("a/a", "1");
    await pass(2000);
    await end("a/a", { lookAgainAt: inMs(60_000), isHeldBack: true });
    looks.ask("a/a", "2");
    await pass(59_999);
    expect(began).toHaveLength(1);
    await pass(1);
    expect(began).toEqual(["a/a: 1", "a/a: 2"]);
  });

  it("that fails is told, and comes again after a minute", async () => {
    looks.ask("a/a", "1");
    await pass(2000);
    await end("a/a", new Error("boom"));
    expect(failures).toEqual([expect.stringMatching(/^a look failed: Error: boom\n +at /)]);
    await pass(60_000);
    expect(began).toHaveLength(2);
    await end("a/a", new UserError({ what: "It is archived", why: "somebody did so", fix: "Unarchive it." }));
    expect(failures.at(-1)).toBe("a look failed: It is archived: somebody did so. Unarchive it.");
  });
});

it("a look that fails each time comes more and more rarely, once an hour at last, and at once when it is asked for", async () => {
  looks.ask("a/a", "1");
  await pass(2000);
  for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
    const before = began.length;
    await end("a/a", new Error("boom"));
    await pass(minutes * 60_000 - 1);
    expect(began).toHaveLength(before);
    await pass(1);
    expect(began).toHaveLength(before + 1);
  }
  await end("a/a", new Error("boom"));
  looks.ask("a/a", "2");
  await pass(2000);
  expect(began.at(-1)).toBe("a/a: 2");
  await end("a/a", { lookAgainAt: inMs(1000), isHeldBack: false });
  await pass(1000);
  const before = began.length;
  await end("a/a", new Error("boom"));
  await pass(60_000);
  expect(began).toHaveLength(before + 1);
});

describe("looks at several repositories", () => {
  it("go side by side up to the cap, the others in turn", async () => {
    open(2);
    for (const key of ["a/a", "b/b", "c/c"]) looks.ask(key, "1");
    await pass(2000);
    expect(began).toEqual(["a/a: 1", "b/b: 1"]);
    await end("b/b");
    expect(began).toEqual(["a/a: 1", "b/b: 1", "c/c: 1"]);
  });

  it("are over when none is under way and none waits", async () => {
    open(1);
    looks.ask("a/a", "1");
    looks.ask("b/b", "1");
    await pass(2000);
    let isIdle = false;
    void looks.idle().then(() => (isIdle = true));
    await end("a/a");
    expect(isIdle).toBe(false);
    await end("b/b");
    expect(isIdle).toBe(true);
  });
});

describe("a repository that is left", () => {
  it("is not looked at, nor again after the look under way, until it is asked for", async () => {
    looks.ask("a/a", "1");
    looks.forget("a/a");
    await pass(2000);
    expect(began).toEqual([]);
    looks.ask("a/a", "2");
    await pass(2000);
    looks.forget("a/a");
    looks.ask("a/a", "3");
    await pass(2000);
    expect(began).toEqual(["a/a: 2"]);
    await end("a/a", { lookAgainAt: inMs(5000), isHeldBack: false });
    await pass(0);
    expect(began).toEqual(["a/a: 2", "a/a: 3"]);
    looks.forget("a/a");
    await end("a/a", { lookAgainAt: inMs(5000), isHeldBack: false });
    await pass(10_000);
    expect(began).toHaveLength(2);
  });
});

describe("a stop", () => {
  it("begins nothing more, and waits for what is under way", async () => {
    open(1);
    for (const key of ["a/a", "b/b"]) looks.ask(key, "1");
    await pass(2000);
    looks.ask("c/c", "1");
    looks.stop();
    looks.ask("d/d", "1");
    await end("a/a", { lookAgainAt: inMs(1000), isHeldBack: false });
    await pass(60_000);
    await looks.idle();
    expect(began).toEqual(["a/a: 1"]);
  });
});
