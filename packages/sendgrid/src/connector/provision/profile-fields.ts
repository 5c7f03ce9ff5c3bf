import { BatonError, Code } from '@baton-ts/connector-sdk';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { type AccountField, accountFields } from './account-schema.ts';

/** More than SendGrid has scopes or a person can have subusers; what is longer was made by a mistake. */
const mostItems = 5000;

/**
 * The answers in a profile, by the account schema's names. A form sends what was left empty as `""`, `null` or `[]`:
 * that is no answer. What has the wrong type is `InvalidArgument`.
 */
export class ProfileFields {
  readonly #profile: JsonObject;

  /** Refuses fields that the schema does not have: a misspelt one would be an answer that nobody hears. */
  constructor(profile: JsonObject) {
    // The Go SDK's command line puts the login here too (`cli.md §A.7`).
    const unknown = Object.keys(profile).filter((name) => name !== 'login' && !accountFields.has(name));
    if (unknown.length > 0) {
      throw invalid(
        `The account's profile has ${unknown.length === 1 ? 'a field' : 'fields'} that SendGrid accounts do not have: ${unknown.map(quoted).join(', ')}. It may have: ${[...accountFields].join(', ')}`,
      );
    }
    this.#profile = profile;
  }

  text(name: AccountField): string | undefined {
    const value = this.#given(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw invalid(`The profile's ${name} must be text`);
    return value.trim() === '' ? undefined : value.trim();
  }

  flag(name: AccountField): boolean {
    const value = this.#given(name);
    if (value === undefined || value === false || value === 'false') return false;
    if (value === true || value === 'true') return true;
    throw invalid(`The profile's ${name} must be true or false`);
  }

  /** Names in a list, each once. */
  names(name: AccountField): readonly string[] | undefined {
    const value = this.#given(name);
    if (value === undefined) return undefined;
    const names = namesIn(value);
    if (names === undefined)
      throw invalid(`The profile's ${name} must be a list of names: ["mail.send", "stats.read"]`);
    return names.length === 0 ? undefined : names;
  }

  /** A list of objects, or the JSON of one: a form can only send text. */
  objects(name: AccountField): readonly JsonObject[] | undefined {
    const given = this.#given(name);
    const value = typeof given === 'string' ? parseJson(given) : given;
    if (given === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
    if (Array.isArray(value) && value.length <= mostItems && value.every(isObject)) return value;
    throw invalid(`The profile's ${name} must be a list of objects in JSON`);
  }

  #given(name: AccountField): JsonValue | undefined {
    const value = Object.hasOwn(this.#profile, name) ? this.#profile[name] : undefined;
    return value === null || value === '' ? undefined : value;
  }
}

/** The names in a list, without white space around them and each once; undefined when it is no list of names. */
export function namesIn(value: JsonValue | undefined): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > mostItems) return undefined;
  if (!value.every((item) => typeof item === 'string')) return undefined;
  return [...new Set(value.map((item) => item.trim()).filter((item) => item !== ''))];
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `InvalidArgument` with the sentence. */
export function invalid(sentence: string): BatonError {
  return new BatonError(Code.InvalidArgument, `${sentence}.`);
}

export const quoted = (name: string): string => JSON.stringify(name);

function parseJson(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
