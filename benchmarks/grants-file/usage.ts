/** What a variant took of the machine while it was measured. */
export interface Usage {
  /** Of all threads, from the start of the measuring. */
  readonly cpuMs: number;
  /** The largest resident memory of the whole process. */
  readonly peakBytes: number;
}

/** Times parts of a variant. */
export function measured() {
  const before = process.cpuUsage();
  return {
    time(work: () => void): number {
      const startedAt = performance.now();
      work();
      return performance.now() - startedAt;
    },
    async timeAsync(work: () => Promise<unknown>): Promise<number> {
      const startedAt = performance.now();
      await work();
      return performance.now() - startedAt;
    },
    usage(): Usage {
      const { user, system } = process.cpuUsage(before);
      return { cpuMs: (user + system) / 1000, peakBytes: process.resourceUsage().maxRSS * 1024 };
    },
  };
}
