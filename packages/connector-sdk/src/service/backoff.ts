/** The wait after the nth failure in a row (`service-protocol.md §5`): 1, 4, 9, … 49 s, then 60 s. */
export function pollBackoffMs(failures: number): number {
  return Math.min(failures * failures, 60) * 1000;
}
