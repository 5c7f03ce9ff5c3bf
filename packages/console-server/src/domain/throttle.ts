/** How failures are slowed down: some are free, then each wait is twice as long as the one before. */
export interface ThrottleRule {
  readonly freeFailures: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
}

/** Somebody who mistypes is not slowed down; guessing ends at four tries in an hour, from however many networks. */
export const perEmail: ThrottleRule = { freeFailures: 4, firstWaitMs: 2_000, longestWaitMs: 15 * 60_000 };

/** Each browser in which a person has signed in, and each open session, counts for itself. */
export const perDevice: ThrottleRule = perEmail;

/** An office behind one address may mistype more often than one person. */
export const perNetwork: ThrottleRule = { freeFailures: 20, firstWaitMs: 2_000, longestWaitMs: 15 * 60_000 };

/** Failures are forgotten this long after the last wait ended. */
export const FORGOTTEN_AFTER_MS = 60 * 60_000;

export interface ThrottleState {
  readonly failures: number;
  readonly untilMs: number;
}

/** How long to wait before the next try. 0: not at all. */
export function waitMs(state: ThrottleState | undefined, nowMs: number): number {
  return Math.max(0, (state?.untilMs ?? 0) - nowMs);
}

export function afterFailure(rule: ThrottleRule, state: ThrottleState | undefined, nowMs: number): ThrottleState {
  const isForgotten = state === undefined || state.untilMs + FORGOTTEN_AFTER_MS < nowMs;
  const failures = (isForgotten ? 0 : state.failures) + 1;
  const waits = failures - rule.freeFailures;
  const wait = waits <= 0 ? 0 : Math.min(rule.longestWaitMs, rule.firstWaitMs * 2 ** (waits - 1));
  return { failures, untilMs: nowMs + wait };
}

/**
 * The network that an address belongs to: itself for IPv4, the first 64 bits for IPv6, since one customer has all of those.
 */
export function networkOf(ip: string): string {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  const first = [...front, ...(tail === undefined ? [] : zeros), ...back].slice(0, 4);
  return `${first.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
