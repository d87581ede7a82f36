/** The manifest asks for the events that the App listens to, and no others. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { EVENTS } from "../src/entry/app.ts";

it("app.yml subscribes to what the App turns into keys", () => {
  const manifest = parse(readFileSync("app.yml", "utf8")) as {
    default_events: string[];
    default_permissions: Record<string, string>;
  };
  expect(manifest.default_events.toSorted()).toEqual(
    [...new Set(EVENTS.map((event) => event.split(".")[0]!))].toSorted(),
  );
  expect(Object.keys(manifest.default_permissions)).not.toContain("administration");
});
