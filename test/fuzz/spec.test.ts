/** Broken spec files: whatever stands in them, nothing throws; what is read, planned and shown is sound. `npm run fuzz` tries more. */
import { expect, it } from "vitest";
import { decodeSpec } from "../../src/domain/spec/decode.ts";
import { parseSpec, type Spec } from "../../src/domain/spec/spec.ts";
import { ticked } from "../../src/domain/spec/ticks.ts";
import { linesOf } from "../../src/domain/text/lines.ts";
import { mutated } from "./mutate.ts";
import { faultsInPlan } from "./plan-faults.ts";
import { seeds } from "./seeds.ts";

const RUNS = Number(process.env["ROUNDTABLE_FUZZ"] ?? 200);
const FIRST = Number(process.env["ROUNDTABLE_FUZZ_FIRST"] ?? 1);

/** What must hold of any spec that was read. */
function faultsIn(text: string, spec: Spec): string[] {
  const byId = new Map(spec.tasks.map((task) => [task.id, task]));
  const lines = linesOf(text).length;
  const faults: string[] = [];
  if (byId.size !== spec.tasks.length) faults.push("an id stands twice");
  for (const task of spec.tasks) {
    let depth = 0;
    for (let at = task.parent; at !== null && depth <= 50; at = byId.get(at)?.parent ?? null) depth += 1;
    if (depth > 49) faults.push(`${task.id} is too deep or its own parent`);
    if (task.parent !== null && !byId.has(task.parent))
      faults.push(`${task.id} has a parent that is not there`);
    for (const mark of task.box ? [task.box, ...task.points] : task.points)
      if (text.slice(mark.markAt - 1, mark.markAt + mark.mark.length + 1) !== `[${mark.mark}]`)
        faults.push(`${task.id}: no mark at ${mark.markAt}`);
  }
  for (const { line } of [...spec.tasks, ...spec.boxes, ...spec.diagnostics, ...spec.hints])
    if (!(line >= 1 && line <= lines)) faults.push(`there is no line ${line}`);
  if (new Set(spec.boxes.map(({ line }) => line)).size !== spec.boxes.length)
    faults.push("a box is used twice");
  return faults;
}

/** The text without the marks of these tasks. */
function withoutMarks(text: string, { tasks }: Spec): string {
  const marks = tasks
    .flatMap(({ box, points }) => (box ? [box] : points))
    .toSorted((a, b) => a.markAt - b.markAt);
  let from = 0;
  let rest = "";
  for (const { markAt, mark } of marks) {
    rest += text.slice(from, markAt);
    from = markAt + mark.length;
  }
  return rest + text.slice(from);
}

it(`${RUNS} broken files are read, planned and shown`, { timeout: 1_800_000 }, () => {
  const slowest = { number: 0, ms: 0, bytes: 0 };
  for (let number = FIRST; number < FIRST + RUNS; number++) {
    const bytes = mutated(seeds, number);
    const decoded = decodeSpec(bytes);
    // A wrong byte is a diagnostic; what stands around it is read here all the same.
    const text =
      "text" in decoded ? decoded.text : new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    const start = performance.now();
    const spec = parseSpec({ tasks: text, requirements: text, design: text });
    const ms = performance.now() - start;
    if (ms > slowest.ms) Object.assign(slowest, { number, ms: Math.round(ms), bytes: bytes.length });
    expect(faultsIn(text, spec), `file ${number}`).toEqual([]);
    expect(faultsInPlan(text, number), `file ${number}`).toEqual([]);
    const after = ticked(
      text,
      spec.tasks.map(({ id }) => id),
    );
    const again = parseSpec({ tasks: after, requirements: null, design: null });
    expect(
      again.tasks.map(({ id }) => id),
      `file ${number}`,
    ).toEqual(spec.tasks.map(({ id }) => id));
    expect(
      withoutMarks(after, again) === withoutMarks(text, spec),
      `file ${number}: ticking changed more than marks`,
    ).toBe(true);
  }
  console.info(`The slowest: file ${slowest.number} with ${slowest.bytes} bytes in ${slowest.ms} ms`);
});
