/** What is made from the zod schemas, their only source: JSON schemas and docs/configuration.md. `npm run schemas`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { Playbook } from "../src/domain/agent/playbook.ts";
import { DoctorReport } from "../src/domain/doctor/report.ts";
import { ConfigFile } from "../src/domain/config-file.ts";
import { Job } from "../src/domain/handover/job.ts";
import { ReviewResult, WorkResult } from "../src/domain/handover/result.ts";
import { Plan } from "../src/domain/plan/plan.ts";
import { PlanFile, State } from "../src/domain/run/journal.ts";
import { LocalReport } from "../src/entry/local/report.ts";
import { commandsPage } from "./commands.ts";
import { configurationPage } from "./configuration.ts";

const SCHEMAS = {
  config: ConfigFile,
  "doctor-report": DoctorReport,
  job: Job,
  "journal-plan": PlanFile,
  "journal-state": State,
  "local-report": LocalReport,
  plan: Plan,
  playbook: Playbook,
  "review-result": ReviewResult,
  "work-result": WorkResult,
};

/** File name → content, as it must stand in schema/. */
export function schemaFiles(): Map<string, string> {
  return new Map(
    Object.entries(SCHEMAS).map(([name, schema]) => [
      `${name}.schema.json`,
      `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), null, 2)}\n`,
    ]),
  );
}

if (import.meta.main) {
  const folder = resolve(import.meta.dirname, "../schema");
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of schemaFiles()) writeFileSync(join(folder, name), content);
  for (const [name, page] of [
    ["configuration", configurationPage()],
    ["commands", commandsPage()],
  ] as const)
    writeFileSync(resolve(import.meta.dirname, `../docs/${name}.md`), page);
}
