/** Apart from `Github`, so that no pass can take anything away. What is gone already is no error. */
export interface LeftoverStore {
  /** With the newest revisions of their journals. */
  endedRuns(): Promise<{ run: number; revision: string }[]>;
  /** All that are open, by whomever; `head` is null for a fork's. */
  openPulls(): Promise<OpenPull[]>;
  /** All that the repository holds. */
  artifacts(): Promise<Artifact[]>;
  removeArtifact(id: number): Promise<void>;
  removeBranch(name: string): Promise<void>;
  /** Of an ended run. */
  removeJournal(run: number): Promise<void>;
}

export interface OpenPull {
  number: number;
  head: string | null;
  base: string;
}

export interface Artifact {
  id: number;
  name: string;
}
