/** Small removals add up: a fall is also judged over so long (`governance.md §2.2`). */
export const ANOMALY_WINDOW_MS = 24 * 60 * 60 * 1000;

/** "Data fell by about half" (`governance.md §2.2`). */
const SUSPICIOUS_SHARE = 0.5;
/** Half of four teammates is two people who left; nobody has to confirm that. */
const SMALLEST_SUSPICIOUS_FALL = 10;

/** How many there are of something, at three moments. */
export interface Amounts {
  /** For people: `Teammate`, `grants`. */
  readonly what: string;
  /** After the last sync that was applied. */
  readonly before: number;
  /** At the beginning of the window. */
  readonly windowStart: number;
  /** What this sync would leave. */
  readonly after: number;
}

/**
 * Whether a sync looks as if data were missing rather than removed. The sentence names each fall; `undefined` when there is
 * nothing suspicious.
 *
 * @example judge([{ what: 'members', before: 58, windowStart: 58, after: 27 }]) // 'members 58 → 27'
 */
export function judge(amounts: readonly Amounts[]): string | undefined {
  const falls = amounts.flatMap(({ what, before, windowStart, after }) => {
    if (isSuspicious(before, after)) return [fall(what, before, after)];
    if (isSuspicious(windowStart, after)) return [`${fall(what, windowStart, after)} within 24 hours`];
    return [];
  });
  return falls.length === 0 ? undefined : falls.join(', ');
}

function fall(what: string, from: number, to: number): string {
  return `${what} ${from.toLocaleString('en')} → ${to.toLocaleString('en')}`;
}

function isSuspicious(before: number, after: number): boolean {
  const fall = before - after;
  return fall >= SMALLEST_SUSPICIOUS_FALL && fall >= before * SUSPICIOUS_SHARE;
}
