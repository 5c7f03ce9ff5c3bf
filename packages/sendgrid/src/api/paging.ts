import { BatonError, Code } from '@baton-ts/protocol/errors';

/** The largest page of every SendGrid list (`sendgrid-api.md §4.3`, `§7`). Always sent: the live default is 50. */
export const pageLimit = 500;
/** No account has as many rows; a list that goes on after them has no end. */
const mostRows = 1_000_000;
/** Page sizes at which a service that ignores our limit would cut without saying so (`§4.3`). */
const silentClamps = new Set([50, 100]);

/** One page of an offset list. `nextOffset` is undefined when there is evidence that the list has ended. */
export interface OffsetPage<T> {
  readonly items: readonly T[];
  readonly nextOffset: number | undefined;
}

/**
 * Where the next page starts. The `Link` header is a sign only, never followed: its addresses name internal hosts.
 * Without one, a page shorter than the limit ends the list, unless its size is one at which pages get cut (`§4.3`).
 */
export function nextOffset(offset: number, received: number, link: string | undefined): number | undefined {
  if (received === 0) return undefined;
  const more = link === undefined ? received >= pageLimit || silentClamps.has(received) : hasNext(link);
  return more ? offset + received : undefined;
}

function hasNext(link: string): boolean {
  return [...link.matchAll(/;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))/gi)].some((match) =>
    (match[1] ?? match[2] ?? '').toLowerCase().split(/\s+/).includes('next'),
  );
}

/**
 * The rows of a page that were not seen before, which are then `seen`. A page of rows that were all seen means that the
 * list ignores `offset`: an error, since going on would never end and stopping would cut the list.
 */
export function onlyNew<T>(
  route: string,
  items: readonly T[],
  keyOf: (item: T) => string,
  seen: Set<string>,
): readonly T[] {
  const fresh: T[] = [];
  for (const item of items) {
    const key = keyOf(item);
    if (seen.has(key)) continue;
    seen.add(key);
    fresh.push(item);
  }
  if (items.length > 0 && fresh.length === 0) {
    throw new BatonError(
      Code.Internal,
      `SendGrid answered ${route} with a page that holds nothing new, so the list cannot be read to its end. Run again; if it happens again, the service or a proxy in between ignores "offset".`,
    );
  }
  refuseEndless(route, seen.size);
  return fresh;
}

/** Throws when so many rows have come that the list has no end. */
export function refuseEndless(route: string, rows: number): void {
  if (rows <= mostRows) return;
  throw new BatonError(
    Code.ResourceExhausted,
    `SendGrid's list ${route} holds more than ${mostRows.toLocaleString('en-US')} rows, so it is not read to its end. Check what answers in SendGrid's place.`,
  );
}

/** The pages of an offset list, one after the other, each row once. */
export async function* offsetPages<T>(
  route: string,
  keyOf: (item: T) => string,
  fetchPage: (offset: number) => Promise<OffsetPage<T>>,
): AsyncGenerator<readonly T[]> {
  const seen = new Set<string>();
  let offset: number | undefined = 0;
  while (offset !== undefined) {
    const page: OffsetPage<T> = await fetchPage(offset);
    yield onlyNew(route, page.items, keyOf, seen);
    offset = page.nextOffset;
  }
}
