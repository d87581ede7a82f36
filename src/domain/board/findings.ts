import type { Finding } from "../handover/result.ts";
import { fenced, harmless, harmlessLine } from "../text/harmless.ts";

/** A list of findings, the worst first, each with its place. */
export function findingList(findings: readonly Finding[]): string[] {
  const order = ["critical", "major", "minor", "none"];
  return findings
    .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
    .flatMap((finding) => {
      const place = finding.path
        ? ` (\`${harmlessLine(finding.path)}${finding.line ? `:${finding.line}` : ""}\`)`
        : "";
      return [
        `- **${finding.severity}**${place}: ${harmlessLine(finding.summary, 400)}`,
        ...indented(finding.details),
        ...(finding.fix ? indented(`Suggested: ${finding.fix}`) : []),
      ];
    });
}

function indented(text: string): string[] {
  if (text.trim() === "") return [];
  const body = /^(not ok|# |\s+at |TAP|FAIL)/m.test(text)
    ? fenced(text, 3000)
    : harmless(text, { max: 2000 });
  return body.split("\n").map((line) => `  ${line}`);
}
