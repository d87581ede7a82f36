import { expect, it } from "vitest";
import { readingFetch } from "../../../src/adapters/github/reading.ts";

const GRAPHQL = "https://api.github.com/graphql";
const asked = (document: object): RequestInit => ({ method: "POST", body: JSON.stringify(document) });

it.each<[string, string, RequestInit | undefined, number]>([
  ["what is read", "https://api.github.com/repos/o/r", undefined, 200],
  ["a query", GRAPHQL, asked({ query: "query Look { viewer { login } }", variables: {} }), 200],
  [
    "a query elsewhere",
    "https://ghe.test/api/graphql",
    asked({ query: "query Look { viewer { login } }" }),
    200,
  ],
  ["a mutation", GRAPHQL, asked({ query: "mutation Add { addComment }" }), 403],
  ["a mutation behind a blank", GRAPHQL, asked({ query: " mutation Add { addComment }" }), 403],
  [
    "one of several operations",
    GRAPHQL,
    asked({ query: "query A { a } mutation B { b }", operationName: "B" }),
    403,
  ],
  [
    "a query in the place of something else",
    "https://api.github.com/repos/o/r/issues",
    asked({ query: "query A { a }" }),
    403,
  ],
  ["a deletion", "https://api.github.com/repos/o/r", { method: "DELETE" }, 403],
])("who only reads sends %s or not", async (...[, url, init, status]) => {
  let sent = 0;
  const send = readingFetch(() => {
    sent += 1;
    return Promise.resolve(new Response());
  });
  expect((await send(url, init)).status).toBe(status);
  expect(sent).toBe(status === 200 ? 1 : 0);
});
