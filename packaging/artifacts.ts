import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from './image/image.ts';

export type Kind = 'executable' | 'image' | 'npm' | 'sbom';

/** One file that people download. */
export interface Artifact {
  readonly file: string;
  readonly kind: Kind;
  readonly program: string;
  /** For people: `Linux, x64`. */
  readonly about: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The files of a release, written as they come. */
export class Artifacts {
  readonly #folder: string;
  readonly #all: Artifact[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  add(facts: Pick<Artifact, 'file' | 'kind' | 'program' | 'about'>, content: Buffer): void {
    this.write(facts.file, content);
    this.#all.push({ ...facts, bytes: content.length, sha256: sha256(content) });
  }

  /** Writes a file that is no download of its own. */
  write(file: string, content: Buffer | string): void {
    const path = join(this.#folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  get all(): readonly Artifact[] {
    return this.#all;
  }

  /** As `sha256sum --check` reads them. */
  sums(): string {
    return this.#all.map((artifact) => `${artifact.sha256}  ${artifact.file}\n`).join('');
  }
}
