/** Variables of a repository's Actions. */
import { afterEach, beforeEach, expect, it } from "vitest";

import { createTestWorld, refusalOf, REPO } from "../support/local-github.ts";
import type { TestWorld } from "../support/local-github.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(() => world.close());

it("are made once, whatever the case of their name, changed, listed and removed", async () => {
  const { actions } = world.owner.rest;
  const named = async () =>
    (await actions.listRepoVariables(REPO)).data.variables.map(({ name, value }) => `${name}=${value}`);
  expect((await actions.createRepoVariable({ ...REPO, name: "level", value: "1" })).status).toBe(201);
  await actions.createRepoVariable({ ...REPO, name: "APP", value: "x" });
  const again = actions.createRepoVariable({ ...REPO, name: "LEVEL", value: "2" });
  expect(await refusalOf(again)).toMatchObject({ status: 409 });
  expect(await named()).toEqual(["APP=x", "LEVEL=1"]);
  await actions.updateRepoVariable({ ...REPO, name: "level", value: "3" });
  expect((await actions.getRepoVariable({ ...REPO, name: "LEVEL" })).data.value).toBe("3");
  await actions.deleteRepoVariable({ ...REPO, name: "APP" });
  expect(await named()).toEqual(["LEVEL=3"]);
  expect((await actions.listRepoOrganizationVariables(REPO)).data.total_count).toBe(0);
  expect(await refusalOf(actions.getRepoVariable({ ...REPO, name: "APP" }))).toMatchObject({ status: 404 });
});

it.each(["GITHUB_X", "1X", "A-B", ""])("cannot be called %j", async (name) => {
  const made = world.owner.rest.actions.createRepoVariable({ ...REPO, name, value: "1" });
  expect(await refusalOf(made)).toMatchObject({ status: 422 });
});

it("are not shown to who may not write", async () => {
  const { status } = await refusalOf(world.guest.rest.actions.listRepoVariables(REPO));
  expect([403, 404]).toContain(status);
});
