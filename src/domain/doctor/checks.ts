/**
 * All that is judged of a set-up, in one table: the plan comment says what it finds with what a pass can see, `roundtable
 * doctor` with what a person's token and machine can see.
 */
import { ACCESS_CHECKS } from "./access.ts";
import type { Check, Finding } from "./check.ts";
import { CONFIGURATION_CHECKS } from "./configuration.ts";
import type { Facts } from "./facts.ts";
import { GRANTED_CHECKS } from "./granted.ts";
import { LABEL_CHECKS } from "./labels.ts";
import { MACHINE_CHECKS } from "./machine.ts";
import { REPOSITORY_CHECKS } from "./repository.ts";
import { RUNNER_CHECKS } from "./runner.ts";
import { WORKFLOW_CHECKS } from "./workflows.ts";

export const CHECKS: readonly Check[] = [
  ...REPOSITORY_CHECKS,
  ...WORKFLOW_CHECKS,
  ...RUNNER_CHECKS,
  ...CONFIGURATION_CHECKS,
  ...ACCESS_CHECKS,
  ...GRANTED_CHECKS,
  ...LABEL_CHECKS,
  ...MACHINE_CHECKS,
];

export interface Judged extends Omit<Check, "judge"> {
  /** Null: nobody could look. */
  findings: readonly Finding[] | null;
}

export const judge = (facts: Facts): Judged[] =>
  CHECKS.map(({ judge: judgeOne, ...check }) => ({ ...check, findings: judgeOne(facts) }));
