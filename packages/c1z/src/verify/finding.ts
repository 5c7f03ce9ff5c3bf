/** One place in a `.c1z` that is not as the format demands. */
export interface Finding {
  /**
   * `error`: a reader is misled or fails, or data is lost. `warning`: what older writers do and readers cope with.
   */
  readonly severity: 'error' | 'warning';
  /** What is violated, by a name that stays the same: `grant-principal-missing`. */
  readonly rule: string;
  /** Where the demand is written: `c1z-format.md §6 I9`. */
  readonly source: string;
  /** The row, as `v1_grants row 17`, or the part of the file. */
  readonly where: string;
  /** The sync that the row belongs to. */
  readonly syncId?: string;
  /** What is wrong, with the ids concerned. */
  readonly message: string;
}

/** Takes findings as they are made. */
export type Report = (finding: Finding) => void;
