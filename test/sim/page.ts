/** The tables of docs/simulator.md, as the code has them. */
import { ADAPTERS } from "./adapters.ts";
import { FAULT_NAMES, FAULTS } from "./faults.ts";
import { INVARIANTS } from "./invariants.ts";

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

export const faultTable = (): string =>
  table(
    ["fault", "of each", "how often", "what happens"],
    FAULT_NAMES.map((kind) => {
      const { of, rate, does } = FAULTS[kind];
      return [kind, of, `${(rate * 100).toFixed(2).replace(/\.?0+$/, "")} %`, does];
    }),
  );

export const adapterTable = (): string =>
  table(
    ["what", "in `local`", "in a simulation"],
    ADAPTERS.map(({ port, local, sim }) => [port, local, sim]),
  );

export const promiseTable = (): string =>
  table(
    ["promise", "what holds"],
    INVARIANTS.map(({ name, says }) => [name, says]),
  );
