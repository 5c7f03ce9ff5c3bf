import { useNavigate, useSearch } from '@tanstack/react-router';

/** What a list is asked for. It stands in the address, so that Back, a bookmark and a link to somebody else keep it. */
export interface ListAddress {
  readonly q?: string;
  readonly sort?: string;
  readonly tab?: string;
  readonly view?: string;
  readonly status?: readonly string[];
  readonly kind?: readonly string[];
  readonly type?: readonly string[];
  readonly risk?: readonly string[];
  readonly framework?: readonly string[];
  readonly owner?: string;
  /** Who did it, and to what it was done: ids. */
  readonly who?: string;
  readonly object?: string;
  readonly held?: string;
  readonly how?: string;
  readonly removed?: boolean;
  /** Columns that are shown, where somebody chose them. */
  readonly cols?: readonly string[];
}

/** Reads the address; what is not as it should be counts as not there. */
export function readListAddress(search: Readonly<Record<string, unknown>>): ListAddress {
  const text = (name: string) => {
    const value = search[name];
    return typeof value === 'string' && value !== '' ? { [name]: value } : {};
  };
  const texts = (name: string) => {
    const value = search[name];
    const list = Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
    return list.length > 0 ? { [name]: list } : {};
  };
  return {
    ...text('q'),
    ...text('sort'),
    ...text('tab'),
    ...text('view'),
    ...texts('status'),
    ...texts('kind'),
    ...texts('type'),
    ...texts('risk'),
    ...texts('framework'),
    ...text('owner'),
    ...text('who'),
    ...text('object'),
    ...text('held'),
    ...text('how'),
    ...(search['removed'] === true && { removed: true }),
    ...texts('cols'),
  };
}

/** The address of the list on this page, and how to change a part of it. */
export function useListAddress(): readonly [ListAddress, (change: ListAddress) => void] {
  const address = useSearch({ from: '/inside' });
  const navigate = useNavigate();
  const change = (part: ListAddress): void => {
    void navigate({ to: '.', replace: true, search: readListAddress({ ...address, ...part }) });
  };
  return [address, change];
}

/** Those of the words in the address that this list knows. */
export function known<Word extends string>(words: readonly string[] | undefined, all: readonly Word[]): Word[] {
  return all.filter((word) => words?.includes(word) === true);
}

/** The word in the address when this list knows it. */
export function knownOne<Word extends string>(word: string | undefined, all: readonly Word[]): Word | undefined {
  return all.find((one) => one === word);
}
