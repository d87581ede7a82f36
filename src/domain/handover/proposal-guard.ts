/** Of a hand-over that proposes a plan; whether it fits the plan is looked at when it is settled. */
import type { SentHandOver } from "./result.ts";

/** Characters of its JSON: of the largest specs each unit has room for a line. */
const MAX_PROPOSAL = 400_000;

export function proposalGuard(sent: SentHandOver): string | null {
  if ("verdict" in sent || sent.proposal === undefined) return null;
  if (sent.role !== "plan") return "Only a plan job proposes a plan.";
  const size = JSON.stringify(sent.proposal).length;
  return size > MAX_PROPOSAL
    ? `The proposal holds ${size} characters; ${MAX_PROPOSAL} are the limit. Name only units about which you say something.`
    : null;
}
