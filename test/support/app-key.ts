/** A key pair of a GitHub App, made for one test process; short, for it guards nothing. */
import { generateKeyPairSync } from "node:crypto";

export const APP_KEY = generateKeyPairSync("rsa", {
  modulusLength: 1024,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});
