/** Every backend that a configuration may name has its adapter. */
import { expect, it } from "vitest";
import { Backend } from "../../src/domain/config-agents.ts";
import { machine } from "../../src/entry/compose.ts";
import { composeAgent } from "../../src/entry/compose-agent.ts";

it.each(Backend.options)("the backend %s can be started", (backend) => {
  const { work } = composeAgent(backend, { ...machine, echo: () => {}, tools: "/nowhere" });
  expect(work).toBeTypeOf("function");
});
