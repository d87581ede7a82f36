/** What WebCrypto leaves to other threads takes a time that no simulated clock knows: an App's words are signed at once. */
import { createPrivateKey, sign, webcrypto, type KeyObject } from "node:crypto";

const keys = new Map<string, KeyObject>();

function keyOf(der: ArrayBuffer): KeyObject {
  const bytes = Buffer.from(der);
  const name = bytes.toString("base64");
  const key = keys.get(name) ?? createPrivateKey({ key: bytes, format: "der", type: "pkcs8" });
  keys.set(name, key);
  return key;
}

type Compute = (...given: never[]) => Promise<unknown>;

export function signAtOnce(): void {
  const subtle = Object.getPrototypeOf(webcrypto.subtle) as Record<"importKey" | "sign", Compute>;
  subtle.importKey = async (_format: "pkcs8", der: ArrayBuffer) => keyOf(der);
  subtle.sign = async (_algorithm: "RSASSA-PKCS1-v1_5", key: KeyObject, data: ArrayBuffer) =>
    sign("sha256", Buffer.from(data), key);
}
