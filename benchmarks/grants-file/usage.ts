/** What a part of a variant took: by the clock, and of processors by all threads. */
export interface Span {
  readonly ms: number;
  readonly cpuMs: number;
}

export const nothing: Span = { ms: 0, cpuMs: 0 };

export function plus(...spans: readonly Span[]): Span {
  return spans.reduce((sum, span) => ({ ms: sum.ms + span.ms, cpuMs: sum.cpuMs + span.cpuMs }), nothing);
}

export function time(work: () => void): Span {
  const end = begin();
  work();
  return end();
}

export async function timeAsync(work: () => Promise<unknown>): Promise<Span> {
  const end = begin();
  await work();
  return end();
}

function begin(): () => Span {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 };
  };
}

/** The largest resident memory of this process so far. */
export function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}
