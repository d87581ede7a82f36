/**
 * What a run costs GitHub: `npm run bench:api -- [units…] [--only <form>/<ends>]`. Counted is everything that the product itself sends (passes,
 * the prepare and wake jobs, the journal); not what the runner sends (checkout, artifacts), nor what people do. It ends
 * with 1 when a limit is broken.
 *
 * `together`: jobs of a kind take equally long, so what begins at once ends at once, and a pass serves up to three units.
 * `apart`: each job ends by itself and wakes a pass of its own. So it is in practice, for agents take as long as they take.
 * A run of 500 units takes minutes: `npm run bench:api -- 500 --only app/together`.
 */
import { parseArgs } from "node:util";
import { requestsOf, type Counts } from "./count.ts";
import { billOf, type Bill } from "./standard-run.ts";

const LIMITS = { contentWrites: 3, requests: 40, idle: 3 } as const;
const ROUTES_SHOWN = 30;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: "string" } } });
const asked = positionals.map(Number).filter((units) => units > 0);
const sizes = asked.length > 0 ? asked : [10, 40, 120];
/** The size whose routes are listed. */
const shown = sizes.includes(40) ? 40 : sizes[0]!;
const KINDS = [
  { form: "app", ends: "together" },
  { form: "app", ends: "apart" },
  { form: "action", ends: "together" },
  { form: "action", ends: "apart" },
] as const;
const faults: string[] = [];
for (const kind of KINDS) {
  if (values.only !== undefined && values.only !== `${kind.form}/${kind.ends}`) continue;
  for (const units of sizes) {
    const bill = await billOf({ units, ...kind });
    if (bill.landed !== units) throw new Error(`${bill.landed} of ${units} units have landed`);
    const title = `${kind.form}, ${units} units, jobs end ${kind.ends}`;
    show(title, units, bill);
    judge(title, units, bill);
    if (units === shown) routes(bill.units, units);
  }
}
for (const fault of faults) console.log(`too much: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;

function show(title: string, units: number, bill: Bill): void {
  console.log(`\n${title}, ${bill.passes} passes`);
  line("a unit", bill.units, units);
  line("opening the run", bill.opening, 1);
  console.log(
    `  ${"once a run, while it works".padEnd(26)} ${String(bill.units.ofRun).padStart(7)} requests: labels, the tracking comment`,
  );
  line("ending it", bill.ending, 1);
  line("a pass with nothing to do", bill.idle, 1);
}

function line(what: string, counts: Counts, by: number): void {
  const per = (count: number): string => (by === 1 ? String(count) : (count / by).toFixed(2)).padStart(7);
  const { rest, graphql, unchanged, contentWrites } = counts;
  console.log(
    `  ${what.padEnd(26)} ${per(requestsOf(counts))} requests (REST ${per(rest)}, GraphQL ${per(graphql)}; of them 304 ${per(unchanged)})  ${per(contentWrites)} content writes`,
  );
}

function judge(title: string, units: number, { units: counts, idle }: Bill): void {
  const checks = [
    ["content writes of a unit", counts.contentWrites / units, LIMITS.contentWrites],
    ["requests of a unit", requestsOf(counts) / units, LIMITS.requests],
    ["requests of a pass with nothing to do", requestsOf(idle), LIMITS.idle],
    ["content writes of a pass with nothing to do", idle.contentWrites, 0],
  ] as const;
  for (const [what, found, most] of checks)
    if (found > most) faults.push(`${title}: ${what}: ${found.toFixed(2)}, at most ${most}`);
}

function routes({ byRoute }: Counts, units: number): void {
  const top = [...byRoute].filter(([, count]) => count > 0).toSorted((a, b) => b[1] - a[1]);
  for (const [route, count] of top.slice(0, ROUTES_SHOWN))
    console.log(`    ${(count / units).toFixed(2).padStart(7)}  ${route}`);
}
