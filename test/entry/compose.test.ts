/** What the plan says of backends is what starting one does. */
import { expect, it } from "vitest";
import { Backend, STARTABLE } from "../../src/domain/config-file.ts";
import { UserError } from "../../src/domain/problem.ts";
import { composeAgent, machine } from "../../src/entry/compose.ts";

it.each(Backend.options)("the backend %s starts where it is said to", (backend) => {
  const compose = () => composeAgent(backend, { ...machine, echo: () => {} });
  if (STARTABLE.includes(backend)) expect(compose()).toBeDefined();
  else expect(compose).toThrow(UserError);
});
