/** The manifest asks for the events that the App listens to, and no others; people are told the same. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { APP_PERMISSIONS } from "../src/domain/doctor/granted.ts";
import { EVENTS } from "../src/entry/app.ts";

const text = readFileSync("app.yml", "utf8");
const manifest = parse(text) as {
  default_events: string[];
  default_permissions: Record<string, string>;
};
const page = readFileSync("docs/app.md", "utf8");

it("app.yml subscribes to what the App turns into keys", () => {
  expect(manifest.default_events.toSorted()).toEqual(
    [...new Set(EVENTS.map((event) => event.split(".")[0]!))].toSorted(),
  );
  expect(Object.keys(manifest.default_permissions)).not.toContain("administration");
});

it("app.yml gives a reason for each permission and each event", () => {
  const entries = text.split("\n").filter((line) => /^  (- \w+|\w+:)/.test(line));
  expect(entries).toHaveLength(
    manifest.default_events.length + Object.keys(manifest.default_permissions).length,
  );
  expect(entries.filter((line) => !/ # \w.{10,}/.test(line))).toEqual([]);
});

it("docs/app.md names the same permissions and events, in GitHub's words", () => {
  const rows = [...page.matchAll(/^\| ([A-Z][a-z ]+) \| (read|write) \|/gm)].map(([, name, level]) => {
    const known = name === "Commit statuses" ? "statuses" : name!.toLowerCase().replaceAll(" ", "_");
    return [known, level] as const;
  });
  expect(Object.fromEntries(rows)).toEqual(manifest.default_permissions);
  const events = /^Events: \*([^*]+)\*/m.exec(page)![1]!.split(",");
  expect(events.map((name) => name.trim().toLowerCase().replaceAll(" ", "_")).toSorted()).toEqual(
    manifest.default_events.toSorted(),
  );
});

it("the optional permission stands in app.yml as a line to take in, and on both pages", () => {
  expect(text).toMatch(/^# {2}organization_projects: write # \w.{10,}$/m);
  expect(page).toContain("organization permission *Projects*, write");
  expect(readFileSync("docs/permissions.md", "utf8")).toContain("`organization_projects: write`");
});

it("doctor asks for the permissions of app.yml", () => {
  expect(APP_PERMISSIONS).toEqual(manifest.default_permissions);
});
