/** What befalls the machines of a world beside its people: the schedule, outages, suspensions, killed and doubled copies of the App. */
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
      fullName: REPO,
      sender: { login: OWNER, type: "User" },
      byJobToken: false,
      payload: { schedule: "17 * * * *" },
    });
  }
}

export async function outages(world: SimWorld): Promise<void> {
  const { clock, faults, trace, local, app } = world;
  const chance = world.chance.of("outages");
  if (faults.strikes("lists-late")) local.lag.lists = chance.between(1000, 8000);
  const outage = faults.strikes("outage");
  const suspension = app !== null && faults.strikes("suspended");
  if (outage) {
    await clock.sleep(chance.between(10, 240) * MINUTE);
    world.isDown = true;
    trace.add("GITHUB", "is down");
    await clock.sleep(20 * MINUTE);
    world.isDown = false;
    trace.add("GITHUB", "is back");
  }
  if (suspension) {
    await clock.sleep(chance.between(10, 240) * MINUTE);
    local.apps.suspend(app.installation);
    trace.add(OWNER, "suspends the installation");
    await clock.sleep(30 * MINUTE);
    local.apps.unsuspend(app.installation);
    trace.add(OWNER, "ends the suspension");
  }
}
