/** What `git fast-import` reads: commits as data. https://git-scm.com/docs/git-fast-import */

export interface ImportedCommit {
  /** Moved to it. */
  ref: string;
  /** Its parent. Left out: the one before it in the stream, or none. */
  from?: string;
  message: string;
  /** As git has it; `now` with `--date-format=now`. */
  date: string;
  files: readonly ImportedFile[];
}

export interface ImportedFile {
  path: string;
  mode: string;
  /** Null: it is deleted. */
  bytes: Uint8Array | null;
}

export function importStream(commits: readonly ImportedCommit[]): Uint8Array {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  const line = (text: string): unknown => parts.push(encoder.encode(`${text}\n`));
  const data = (bytes: Uint8Array): void => {
    line(`data ${bytes.length}`);
    parts.push(bytes);
    line("");
  };
  for (const { ref, from, message, date, files } of commits) {
    line(`commit ${ref}`);
    line(`committer Roundtable <roundtable@localhost> ${date}`);
    data(encoder.encode(message));
    if (from !== undefined) line(`from ${from}`);
    for (const { path, mode, bytes } of files) {
      if (bytes === null) line(`D ${quoted(path)}`);
      else {
        line(`M ${mode} inline ${quoted(path)}`);
        data(bytes);
      }
    }
  }
  line("done");
  return concat(parts);
}

/** A line of the stream ends with a line's end, whatever a name holds. */
const quoted = (path: string): string =>
  `"${path
    .replaceAll(/[\\"]/g, "\\$&")
    // oxlint-disable-next-line no-control-regex -- control characters are what is written otherwise
    .replaceAll(
      /[\u0000-\u001F\u007F]/g,
      (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`,
    )}"`;

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
