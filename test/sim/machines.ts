/** What befalls the machines of a world beside its people: the schedule, outages, suspensions, killed and doubled copies of the App. */
import { GITHUB_LIMITS } from "../../src/local-github/limits.ts";
import { OWNER, REPO, type SimWorld } from "./world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** GitHub's own schedule, for the Action's form. */
export async function schedule({ clock, local }: SimWorld): Promise<void> {
  for (;;) {
    await clock.sleep(HOUR);
    await local.actions!.notice({
      name: "schedule",
      action: null,
      fullName: local.repository(REPO).fullName,
      sender: { login: OWNER, type: "User" },
      byJobToken: false,
      payload: { schedule: "17 * * * *" },
    });
  }
}

/** A pass that knows nothing of those before it. */
export async function onePassMore(world: SimWorld): Promise<void> {
  if (world.app !== null) return void (await world.startApp());
  const path = `/repos/${REPO}/actions/workflows/roundtable.yml/dispatches`;
  await world.as(OWNER, `POST ${path}`, { ref: "main", inputs: { wake: "once more" } });
}

export async function outages(world: SimWorld): Promise<void> {
  const { clock, faults, trace, local, app } = world;
  const chance = world.chance.of("outages");
  const sometime = async (happens: () => Promise<void>): Promise<void> => {
    await clock.sleep(chance.between(10, 240) * MINUTE);
    await happens();
  };
  if (faults.strikes("lists-late")) local.lag.lists = chance.between(1000, 8000);
  if (faults.strikes("hour-used-up")) {
    const [rest, graphql, job] = [1, 2, 3].map(() => chance.between(100, 300)) as [number, number, number];
    local.limits = { ...GITHUB_LIMITS, rest, graphql, job };
  }
  if (faults.strikes("outage"))
    void sometime(async () => {
      world.isDown = true;
      trace.add("GITHUB", "is down");
      await clock.sleep(20 * MINUTE);
      world.isDown = false;
      trace.add("GITHUB", "is back");
    });
  if (faults.strikes("renamed"))
    void sometime(async () => {
      while ((await world.as(OWNER, `PATCH /repos/${REPO}`, { name: "renamed" })).status !== 200)
        await clock.sleep(MINUTE);
    });
  if (app !== null && faults.strikes("suspended"))
    void sometime(async () => {
      local.apps.suspend(app.installation);
      trace.add(OWNER, "suspends the installation");
      await clock.sleep(30 * MINUTE);
      local.apps.unsuspend(app.installation);
      trace.add(OWNER, "ends the suspension");
    });
  while (!world.isCalm()) await clock.sleep(10 * MINUTE);
  local.limits = GITHUB_LIMITS;
  local.lag.lists = 0;
}
