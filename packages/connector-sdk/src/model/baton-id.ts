import { BatonError, Code } from '@baton-ts/protocol/errors';

/** Where a resource is, as a Baton ID says it (`c1z-format.md §3.2`). */
export interface ResourceAddress {
  readonly resourceType: string;
  readonly resource: string;
  readonly parent?: { readonly resourceType: string; readonly resource: string };
}

/**
 * Writes a resource's Baton ID: `bid:r:[<parent type>/<parent id>/]<type>/<id>`.
 *
 * @example formatResourceBid({ resourceType: 'scope', resource: 'a/b' }) // 'bid:r:scope/a\/b'
 */
export function formatResourceBid(address: ResourceAddress): string {
  const { parent } = address;
  const parts = [...(parent ? [parent.resourceType, parent.resource] : []), address.resourceType, address.resource];
  if (parts.includes('')) {
    throw new BatonError(Code.InvalidArgument, `A Baton ID needs a type and an id, got ${JSON.stringify(parts)}.`);
  }
  return `bid:r:${parts.map((part) => part.replaceAll(/[\\/:]/g, '\\$&')).join('/')}`;
}

/**
 * Reads a resource's Baton ID.
 *
 * @throws BatonError `InvalidArgument`, with the text and a caret under the place that is wrong
 */
export function parseResourceBid(text: string): ResourceAddress {
  if (!text.startsWith('bid:r:')) throw wrong(text, 0, 'a resource\'s Baton ID starts with "bid:r:"');
  const parts: string[] = [];
  let part = '';
  let partStart = 6;
  const endPart = (at: number): void => {
    if (part === '') throw wrong(text, at, 'a type or an id is empty');
    parts.push(part);
    part = '';
    partStart = at + 1;
  };
  for (let at = 6; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') {
      const escaped = text.charAt(at + 1);
      if (escaped === '' || !'\\/:'.includes(escaped))
        throw wrong(text, at, 'a backslash may only stand before \\, / or :');
      part += escaped;
      at++;
    } else if (char === '/') {
      endPart(at);
    } else if (char === ':') {
      throw wrong(text, at, 'a colon inside a type or an id is written "\\:"');
    } else {
      part += char;
    }
  }
  endPart(text.length);
  const [first, second, third, fourth, ...rest] = parts;
  if (first !== undefined && second !== undefined && third === undefined) {
    return { resourceType: first, resource: second };
  }
  if (first !== undefined && second !== undefined && third !== undefined && fourth !== undefined && rest.length === 0) {
    return { resourceType: third, resource: fourth, parent: { resourceType: first, resource: second } };
  }
  throw wrong(text, Math.min(partStart, text.length), 'expected "type/id" or "parent type/parent id/type/id"');
}

function wrong(text: string, at: number, why: string): BatonError {
  return new BatonError(Code.InvalidArgument, `Not a Baton ID: ${why}.\n  ${text}\n  ${' '.repeat(at)}^`);
}
