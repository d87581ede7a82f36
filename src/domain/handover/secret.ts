/** Credentials that are known by their form. What is found is named by its kind, never shown. */
const KINDS: readonly { kind: string; form: RegExp }[] = [
  { kind: "a private key", form: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/ },
  { kind: "a GitHub token", form: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})/ },
  { kind: "a GitLab token", form: /\bglpat-[A-Za-z0-9_-]{20,}/ },
  { kind: "an AWS access key", form: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/ },
  { kind: "an Anthropic key", form: /\bsk-ant-[A-Za-z0-9_-]{32,}/ },
  { kind: "an OpenAI key", form: /\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{40,}/ },
  { kind: "a Google API key", form: /\bAIza[A-Za-z0-9_-]{35}\b/ },
  { kind: "a Slack token", form: /\bxox[abeoprs]-[A-Za-z0-9-]{20,}/ },
  { kind: "a Slack webhook", form: /hooks\.slack\.com\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/[A-Za-z0-9]{20,}/ },
  { kind: "an npm token", form: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { kind: "a PyPI token", form: /\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}/ },
  { kind: "a Stripe key", form: /\b[rs]k_live_[A-Za-z0-9]{20,}/ },
  { kind: "a SendGrid key", form: /\bSG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{40,}/ },
  { kind: "an Azure storage key", form: /AccountKey=[A-Za-z0-9+/]{80,}={0,2}/ },
];

/** The first credential in a text: its kind and its line, from 1; null when there is none. */
export function findSecret(text: string): { kind: string; line: number } | null {
  for (const { kind, form } of KINDS) {
    const at = text.search(form);
    if (at >= 0) return { kind, line: text.slice(0, at).split("\n").length };
  }
  return null;
}
