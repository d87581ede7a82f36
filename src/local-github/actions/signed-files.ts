/** Addresses that serve a file without further permission, for a minute; then they answer 410, as GitHub's do. */
import { Refusal } from "../route.ts";
import type { Reply } from "../route.ts";
import type { ActionsHost } from "./host.ts";

export interface SignedFiles {
  redirectTo(repository: string, file: SignedFile): Reply;
  serve(signature: string): Promise<Reply>;
}

interface SignedFile {
  /** Path on this machine. */
  file: string;
  type: string;
}

const GOOD_FOR_MS = 60_000;

export function createSignedFiles(host: ActionsHost): SignedFiles {
  const known = new Map<string, SignedFile & { until: number }>();
  const time = (): number => host.machine.clock.now().getTime();
  return {
    redirectTo: (repository, file) => {
      const signature = host.machine.random.hex(40);
      known.set(signature, { ...file, until: time() + GOOD_FOR_MS });
      const location = `${host.origin()}/repos/${repository}/actions/signed/${signature}`;
      return { status: 302, body: null, headers: { location } };
    },
    serve: async (signature) => {
      const found = known.get(signature);
      if (found === undefined) throw new Refusal(404, "Not Found");
      const content = time() > found.until ? null : await host.machine.files.read(found.file);
      if (content === null) throw new Refusal(410, "Gone");
      return { status: 200, body: content, headers: { "content-type": found.type } };
    },
  };
}
