/** Of a stream of any length, what came last: little more than twice that is ever held. */
interface LastBytes {
  push(chunk: Uint8Array): void;
  read(): Uint8Array;
}

/** Each piece costs more than its bytes. */
const MAX_PIECES = 2 ** 16;

export function lastBytes(limit: number): LastBytes {
  let pieces: Uint8Array[] = [];
  let size = 0;
  const last = (bytes: Uint8Array): Uint8Array => bytes.subarray(Math.max(0, bytes.length - limit));
  const read = (): Uint8Array => last(Buffer.concat(pieces));
  return {
    push: (chunk) => {
      const piece = last(chunk);
      pieces.push(piece);
      size += piece.length;
      if (size <= 2 * limit && pieces.length < MAX_PIECES) return;
      pieces = [read()];
      size = pieces[0]!.length;
    },
    read,
  };
}
