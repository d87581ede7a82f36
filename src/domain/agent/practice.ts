/**
 * The practice agent: it stands in where no playbook and no model is there, so that a whole run can be watched on any
 * spec. It appends one comment line that names the attempt, where that can break nothing. Contracts, "Playbook".
 */
import type { Job } from "../handover/job.ts";
import { protection } from "../handover/protected-path.ts";
import { isManifest } from "../plan/locks.ts";

/** How a line comment looks, by a file's extension. A kind of file without comments is left alone. */
const COMMENTS: Readonly<Record<string, (text: string) => string>> = Object.fromEntries(
  [
    { kinds: "md markdown txt rst adoc", as: (text: string) => text },
    {
      kinds:
        "js mjs cjs jsx ts mts cts tsx java kt kts c h cc cpp hpp cs go rs swift scala dart php proto less scss",
      as: (text: string) => `// ${text}`,
    },
    {
      kinds: "py sh bash zsh rb pl r jl yml yaml toml tf dockerfile makefile mk cmake ex exs nix ps1",
      as: (text: string) => `# ${text}`,
    },
    { kinds: "css", as: (text: string) => `/* ${text} */` },
    { kinds: "html htm xml svg vue svelte", as: (text: string) => `<!-- ${text} -->` },
    { kinds: "sql lua hs elm", as: (text: string) => `-- ${text}` },
    { kinds: "ini cfg conf lisp el clj", as: (text: string) => `; ${text}` },
  ].flatMap(({ kinds, as }) => kinds.split(" ").map((kind) => [kind, as] as const)),
);

export interface PracticeLine {
  path: string;
  line: string;
}

/** Where the line may go, best first; the last is always allowed. */
export function practiceLines(job: Job): PracticeLine[] {
  const said = `Practice run ${job.run}, unit ${job.unitId}: ${job.role} ${job.attempt}.`;
  const report = job.writes.filter(({ path }) => path === job.report);
  const declaredFirst = [
    ...report,
    ...job.writes.filter(({ source }) => source !== "inferred"),
    ...job.writes.filter(({ source }) => source === "inferred"),
  ];
  const named = declaredFirst
    .map(({ path }) => path.replace(/^(?:\.\/)+/, ""))
    .filter((path) => !/[*?]|\/$/.test(path) && !isManifest(path))
    .filter((path) => protection(path, { specPath: job.spec, protectedPaths: job.protectedPaths }) === null)
    .flatMap((path): PracticeLine[] => {
      const name = path.split("/").at(-1) ?? "";
      const comment = COMMENTS[name.slice(name.lastIndexOf(".") + 1).toLowerCase()];
      return comment ? [{ path, line: comment(said) }] : [];
    });
  return [...named, { path: `practice/unit-${job.unit}.md`, line: said }];
}

/** A conflict solved the plain way: what landed first, then the unit's own; a side from the common past is left out. */
export function bothSides(text: string): string {
  let inPast = false;
  const kept = text.split("\n").filter((line) => {
    if (line.startsWith("||||||| ")) inPast = true;
    const isMarker = /^(?:<{7} |\|{7} |={7}$|>{7} )/.test(line);
    if (isMarker && !line.startsWith("|")) inPast = false;
    return !isMarker && !inPast;
  });
  return kept.join("\n");
}
