import { BatonError, Code } from '@baton-ts/protocol/errors';

type Headers = Readonly<Record<string, string>>;

/**
 * Joins headers, the later ones winning, with names in lower case. What no header can carry is refused by the header's
 * name; its value may be a secret and is not quoted.
 */
export function joinHeaders(...all: readonly Headers[]): Headers {
  const joined: Record<string, string> = {};
  for (const headers of all) {
    for (const [name, value] of Object.entries(headers)) {
      if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/i.test(name)) {
        throw new BatonError(Code.InvalidArgument, `${JSON.stringify(name)} cannot be the name of an HTTP header`);
      }
      if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
        throw new BatonError(
          Code.InvalidArgument,
          `the value of the HTTP header "${name}" holds a character that no header can carry: only Latin-1 characters on one line can be sent`,
        );
      }
      joined[name.toLowerCase()] = value;
    }
  }
  return joined;
}

/** Shorter values are words such as `application/json`'s parts, which would tear holes into messages. */
const shortestSecret = 8;

/** Removes what was sent in headers from a text that the other side wrote, should it send it back. */
export function withoutHeaderValues(text: string, headers: Headers): string {
  const secrets = Object.entries(headers)
    .filter(([name]) => !['accept', 'content-type', 'user-agent'].includes(name))
    .flatMap(([, value]) => [value, ...value.split(/\s+/)])
    .filter((value) => value.length >= shortestSecret)
    .sort((a, b) => b.length - a.length);
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
