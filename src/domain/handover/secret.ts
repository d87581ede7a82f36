/** Credentials that are known by their form. What is found is named by its kind, never shown. */
export interface SecretForm {
  code: string;
  kind: string;
  form: RegExp;
}

export const SECRETS: readonly SecretForm[] = [
  {
    code: "secret-private-key",
    kind: "a private key",
    form: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----|\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/g,
  },
  {
    code: "secret-github",
    kind: "a GitHub token",
    form: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})/g,
  },
  { code: "secret-gitlab", kind: "a GitLab token", form: /\bgl(?:pat|rt|dt)-[A-Za-z0-9_-]{20,}/g },
  { code: "secret-aws", kind: "an AWS access key", form: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g },
  {
    code: "secret-aws-secret",
    kind: "an AWS secret key",
    form: /\baws_secret_access_key["']?\s{0,4}[=:]\s{0,4}["']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/gi,
  },
  { code: "secret-anthropic", kind: "an Anthropic key", form: /\bsk-ant-[A-Za-z0-9_-]{32,}/g },
  {
    code: "secret-openai",
    kind: "an OpenAI key",
    form: /\bsk-(?!ant-|or-)(?:proj-|svcacct-)?(?=[A-Za-z_-]{0,40}\d)[A-Za-z0-9_-]{40,}/g,
  },
  { code: "secret-openrouter", kind: "an OpenRouter key", form: /\bsk-or-v1-[a-f0-9]{64}\b/g },
  { code: "secret-google", kind: "a Google API key", form: /\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g },
  { code: "secret-google-oauth", kind: "a Google client secret", form: /\bGOCSPX-[A-Za-z0-9_-]{28}/g },
  {
    code: "secret-slack",
    kind: "a Slack token",
    form: /\bxox[abeoprs]-[A-Za-z0-9-]{20,}|\bxapp-\d-[A-Za-z0-9-]{20,}/g,
  },
  {
    code: "secret-slack-webhook",
    kind: "a Slack webhook",
    form: /hooks\.slack\.com\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/[A-Za-z0-9]{20,}/g,
  },
  { code: "secret-npm", kind: "an npm token", form: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { code: "secret-pypi", kind: "a PyPI token", form: /\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}/g },
  { code: "secret-stripe", kind: "a Stripe key", form: /\b(?:[rs]k_live|whsec)_[A-Za-z0-9]{20,}/g },
  { code: "secret-sendgrid", kind: "a SendGrid key", form: /\bSG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{40,}/g },
  { code: "secret-azure", kind: "an Azure storage key", form: /AccountKey=[A-Za-z0-9+/]{80,}={0,2}/g },
  { code: "secret-hugging-face", kind: "a Hugging Face token", form: /\bhf_[A-Za-z]{34}\b/g },
  { code: "secret-docker", kind: "a Docker token", form: /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{27,}/g },
  { code: "secret-vault", kind: "a Vault token", form: /\bhv[bs]\.[A-Za-z0-9_-]{80,}/g },
  { code: "secret-digitalocean", kind: "a DigitalOcean token", form: /\bdo[opr]_v1_[a-f0-9]{64}\b/g },
  {
    code: "secret-telegram",
    kind: "a Telegram bot token",
    form: /\b\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/g,
  },
];

/** What documentation shows in a credential's place. */
const PLACEHOLDER = /example|x{12}|\*{6}/i;

export const holdsSecret = (text: string): boolean => SECRETS.some((one) => findSecret(text, one) !== null);

/** The line, from 1, of the first credential of a form; null when there is none but what is known. */
export function findSecret(
  text: string,
  { form }: Pick<SecretForm, "form">,
  isKnown: (secret: string) => boolean = () => false,
): number | null {
  for (const { 0: secret, index } of text.matchAll(form))
    if (!PLACEHOLDER.test(secret) && !isKnown(secret)) return text.slice(0, index).split("\n").length;
  return null;
}
