/** Writes by what they write, so that one is known again in a run where others came before it. */

interface Write {
  method: string;
  path: string;
  body: string;
}

/** Names each write that it is shown; the second of the same kind is another one. */
export function namesOfWrites(): (write: Write) => string {
  const times = new Map<string, number>();
  return (write) => {
    const what = whatOf(write);
    const nth = (times.get(what) ?? 0) + 1;
    times.set(what, nth);
    return `${what} #${nth}`;
  };
}

/** Numbers and commits are others in each run. */
function whatOf({ method, path, body }: Write): string {
  const said = (body === "" ? {} : JSON.parse(body)) as {
    ref?: string;
    head?: string;
    title?: string;
    inputs?: Record<string, string>;
  };
  const { role = "", unit = "", reviewer = "" } = said.inputs ?? {};
  const place = path.replaceAll(/\/(?:\d+|[\da-f]{40})(?=\/|$)/g, "/N");
  const about = [said.ref, said.head, said.title, role, unit, reviewer];
  return [method, place, ...about.filter(Boolean)].join(" ").replaceAll(/\b[\da-f]{40}\b/g, "N");
}
