import type { SyncRun, VerifySummary } from '@baton-ts/c1z';
import type { CompanyDomains } from './domains.ts';
import type { Evidence } from './evidence.ts';

/** What the page is made of. */
export interface ReviewInput {
  readonly evidence: Evidence;
  readonly file: { readonly name: string; readonly sha256: string; readonly bytes: number };
  readonly run: SyncRun;
  /** All syncs of the file, this one too. */
  readonly runs: readonly SyncRun[];
  readonly verified: VerifySummary;
  readonly domains: CompanyDomains;
  /** With what the sync is compared, or why it is not. */
  readonly before: SyncRun | { readonly missing: string };
  readonly title: string;
  /** The words after `baton review` that make this page again. */
  readonly command: string;
  /** `-f FILE`, as a shell takes it. */
  readonly fileFlag: string;
  /** What every command needs to read the same sync. */
  readonly selection: string;
  readonly batonVersion: string;
  /** The zone in which times without one were read. */
  readonly timeZone: string;
}
