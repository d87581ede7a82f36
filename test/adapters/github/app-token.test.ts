/** A token from an App's key: what it is asked with, and every way in which there is none. */
import { createVerify, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { mintAppToken } from "../../../src/adapters/github/app-token.ts";
import { TransientError } from "../../../src/domain/problem.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});
const clock = { now: () => new Date(), sleep: async () => {} };

interface Server {
  /** Instead of the installation's id. */
  installation?: () => Response;
  /** Instead of a token. */
  token?: () => Response;
}

/** GitHub, as far as it is asked here: it knows the App 12 by its public key, installed in octo/demo alone. */
function github({ installation, token }: Server = {}): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    if (!isSigned(request.headers.get("authorization") ?? ""))
      return Response.json({ message: "A JSON web token could not be decoded" }, { status: 401 });
    if (pathname === "/repos/octo/demo/installation") return installation?.() ?? Response.json({ id: 7 });
    if (pathname !== "/app/installations/7/access_tokens")
      return Response.json({ message: "Not Found" }, { status: 404 });
    const { repositories } = (await request.json()) as { repositories: string[] };
    return token?.() ?? Response.json({ token: `ghs_for_${repositories.join("+")}` }, { status: 201 });
  };
}

function isSigned(header: string): boolean {
  const [head = "", claims = "", signature = ""] = header.replace(/^bearer /i, "").split(".");
  if (JSON.parse(Buffer.from(claims, "base64url").toString() || "{}").iss !== "12") return false;
  const verify = createVerify("RSA-SHA256").update(`${head}.${claims}`);
  return verify.verify(publicKey, Buffer.from(signature, "base64url"));
}

const mint = (
  server: Server,
  { key = privateKey, fullName = "octo/demo", id = "12" } = {},
): Promise<string> =>
  mintAppToken({ fullName, baseUrl: "https://github.test", clock, fetch: github(server) }, { id, key });

describe("an App's token", () => {
  it.each([
    ["in lines", privateKey],
    ["in one line", privateKey.replaceAll("\n", "\\n")],
    ["as base64", Buffer.from(privateKey).toString("base64")],
  ])("is for this repository alone; its key may stand %s", async (_, key) => {
    expect(await mint({}, { key })).toBe("ghs_for_demo");
  });

  const refused = (status: number, message: string) => (): Response => Response.json({ message }, { status });

  it.each<[string, Server, object, string]>([
    [
      "a key of another App",
      {},
      { id: "13" },
      "could not be decoded. See that app-id and app-key are of one App",
    ],
    ["no key", {}, { key: "nonsense" }, "The App's private key cannot be read: it is no key in PEM form"],
    ["a repository where it is not installed", {}, { fullName: "octo/other" }, "it is not installed there"],
    [
      "an installation that is suspended",
      { token: refused(403, "This installation has been suspended") },
      {},
      "This installation has been suspended",
    ],
  ])("is not given for %s, with a sentence", async (...[, server, given, says]) => {
    const error = await mint(server, given).catch((why: unknown) => why);
    expect(String(error)).toContain(says);
    expect(String(error)).not.toContain("BEGIN");
  });

  it("is asked for again when GitHub is in trouble", async () => {
    await expect(mint({ installation: refused(502, "") })).rejects.toBeInstanceOf(TransientError);
  });
});
