/** The HTTP line, answered by nock alone for the tests of one file: whoever connects elsewhere fails. */
import nock from "nock";
import { afterAll, afterEach, beforeAll } from "vitest";

export function answerByNock(): void {
  beforeAll(() => {
    if (!nock.isActive()) nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => {
    const pending = nock.pendingMocks();
    nock.cleanAll();
    if (pending.length > 0) throw new Error(`never asked for: ${pending.join(", ")}`);
  });
  // Files share a process: left in place it would stand between others' requests and their servers.
  afterAll(() => {
    nock.enableNetConnect();
    nock.restore();
  });
}
