/** Artifacts: one zip file each, names unique within a run. */
import { hash } from "node:crypto";
import { join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import type { Machine } from "../ports.ts";
import type { ArtifactRecord, Ledger } from "./ledger.ts";

export interface ArtifactStore {
  /** Null when the run has one of that name and it is not to be overwritten. */
  save(request: SaveRequest): Promise<ArtifactRecord | null>;
  list(repository: string, runId: number | null): ArtifactRecord[];
  remove(artifact: ArtifactRecord): Promise<void>;
  /** The zip file; null when it is gone. */
  zip(artifact: ArtifactRecord): Promise<Uint8Array | null>;
  /** Relative path to content. */
  unpack(artifact: ArtifactRecord): Promise<Record<string, Uint8Array>>;
}

interface SaveRequest {
  repository: string;
  runId: number;
  name: string;
  /** Relative path to content. */
  files: Record<string, Uint8Array>;
  overwrite: boolean;
}

export function createArtifactStore(given: {
  machine: Machine;
  folder: string;
  ledger: Ledger;
}): ArtifactStore {
  const { machine, folder, ledger } = given;
  const store: ArtifactStore = {
    save: async ({ repository, runId, name, files, overwrite }) => {
      const old = ledger.artifacts.find((one) => one.runId === runId && one.name === name);
      if (old !== undefined && !overwrite) return null;
      const zip = zipSync(files, { level: 1, mtime: machine.clock.now() });
      const id = ledger.nextId++;
      const record: ArtifactRecord = {
        id,
        repository,
        runId,
        name,
        size: zip.length,
        sha256: hash("sha256", zip),
        file: join(folder, "artifacts", `${id}.zip`),
        createdAt: machine.clock.now().toISOString(),
      };
      await machine.files.write(record.file, zip);
      if (old !== undefined) await store.remove(old);
      ledger.artifacts.push(record);
      return record;
    },
    list: (repository, runId) =>
      ledger.artifacts.filter(
        (one) => one.repository === repository && (runId === null || one.runId === runId),
      ),
    remove: async (artifact) => {
      ledger.artifacts = ledger.artifacts.filter(({ id }) => id !== artifact.id);
      await machine.files.remove(artifact.file);
    },
    zip: (artifact) => machine.files.read(artifact.file),
    unpack: async (artifact) => {
      const zip = await store.zip(artifact);
      return zip === null ? {} : unzipSync(zip);
    },
  };
  return store;
}
