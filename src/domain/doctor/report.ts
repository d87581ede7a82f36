/** What `roundtable doctor` says: as a document, and as lines for a person. */
import { z } from "zod";
import { counted, plain, type Look } from "../plan-view/look.ts";
import { formatProblem } from "../problem.ts";
import type { Judged } from "./checks.ts";

export const DoctorReport = z.strictObject({
  v: z.literal(1),
  /** Null: a folder and this machine were looked at. */
  repository: z.string().nullable(),
  account: z.string().nullable(),
  /** Nothing was found that prevents a run. */
  isFit: z.boolean(),
  findings: z.array(
    z.strictObject({
      code: z.string(),
      severity: z.enum(["error", "warning", "note"]),
      what: z.string(),
      why: z.string(),
      fix: z.string(),
    }),
  ),
  /** Checks that found nothing. */
  sound: z.array(z.string()),
  /** Checks that could not look. */
  unknown: z.array(z.strictObject({ code: z.string(), needs: z.string() })),
});
export type DoctorReport = z.infer<typeof DoctorReport>;

const ORDER = ["error", "warning", "note"];

export function reportOf(
  judged: readonly Judged[],
  about: Pick<DoctorReport, "repository" | "account">,
): DoctorReport {
  const findings = judged
    .flatMap(({ code, findings: own }) => (own ?? []).map((one) => ({ code, ...one })))
    .toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  return {
    v: 1,
    ...about,
    isFit: findings.every(({ severity }) => severity !== "error"),
    findings,
    sound: judged.filter((one) => one.findings?.length === 0).map(({ code }) => code),
    unknown: judged.filter((one) => one.findings === null).map(({ code, needs }) => ({ code, needs })),
  };
}

export function reportLines(judged: readonly Judged[], report: DoctorReport, look: Look): string[] {
  const { findings, repository, account, unknown, isFit } = report;
  const who = account === null ? "" : `, as ${plain(account)}`;
  const count = (severity: string): number => findings.filter((one) => one.severity === severity).length;
  return [
    look.paint("strong", `${repository === null ? "This machine" : plain(repository)}${who}`),
    ...findings.map((one) => `${look.paint(one.severity, `${one.severity}:`)} ${plain(formatProblem(one))}`),
    ...judged
      .filter((one) => one.findings?.length === 0)
      .map(({ sound }) => look.paint("soft", `ok: ${sound}.`)),
    ...unknown.map(({ code, needs }) => look.paint("soft", `not looked at: ${code} (takes ${needs}).`)),
    isFit
      ? `Nothing here prevents a run: ${counted(count("warning"), "warning")}, ${counted(count("note"), "note")}.`
      : `${counted(count("error"), "error")} would prevent a run or stop it.`,
  ];
}
