import { createPrivateKey, type KeyObject } from "node:crypto";
import { UserError } from "../domain/problem.ts";

/** Secrets and environment files hold it in its lines, in one line with `\n` for their ends, or as base64. */
export function readAppKey(text: string, fix: string): KeyObject {
  const lines = text.replaceAll("\\n", "\n");
  const pem = lines.includes("-----BEGIN") ? lines : Buffer.from(lines, "base64").toString("utf8");
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === "rsa") return key;
  } catch {
    // Whatever is wrong with it: its text belongs in no message.
  }
  throw new UserError({
    what: "The private key cannot be read",
    why: "it is no RSA key in PEM form, nor one as base64",
    fix,
  });
}
