/** All in which a simulated world differs from `roundtable local`: each port, what stands behind it there, and here. */
export interface Adapter {
  port: string;
  local: string;
  sim: string;
}

export const ADAPTERS: readonly Adapter[] = [
  { port: "clock", local: "the machine's", sim: "goes from one moment that somebody waits for to the next" },
  { port: "chance", local: "the machine's", sim: "streams of one seed" },
  { port: "files", local: "on the disk", sim: "in memory; the Action's metadata is read from the disk" },
  { port: "git", local: "bare repositories in folders", sim: "repositories in memory" },
  {
    port: "fetch to GitHub",
    local: "HTTP on 127.0.0.1",
    sim: "a call of the local GitHub's `fetch`, with faults on the way",
  },
  {
    port: "webhooks",
    local: "to listeners in this process",
    sim: "to Probot's `receive`, with faults on the way; signatures are not checked",
  },
  { port: "storage", local: "github.json", sim: "none" },
  {
    port: "form",
    local: "passes in a loop of `local`",
    sim: "the App's service, or the pass jobs of the Action",
  },
  {
    port: "steps ask, forward, wake, pass, prepare",
    local: "dist/action.js in a process",
    sim: "the same modes, called in this process",
  },
  {
    port: "step work",
    local: "an agent in a checkout",
    sim: "an agent by chance, which hands over what the table of faults says",
  },
  { port: "step verify", local: "the repository's commands", sim: "green or red by chance" },
  { port: "actions/checkout", local: "git over HTTP", sim: "brings nothing: what would read it is swapped" },
  { port: "jobs at a time", local: "3", sim: "20" },
];
