import { useLocalStorage } from '@mantine/hooks';
import { useSession } from '../api/session.ts';

export interface Visited {
  readonly href: string;
  readonly label: string;
  readonly kind: string;
}

const MOST = 5;

/** What this person opened last through the search, in this browser. */
export function useRecent() {
  const userId = useSession()?.user.id ?? '';
  const [visited, setVisited] = useLocalStorage<readonly Visited[]>({
    key: `console-recent-${userId}`,
    defaultValue: [],
    getInitialValueInEffect: false,
    deserialize: (text) => readVisited(text ?? ''),
  });
  const remember = (one: Visited): void =>
    setVisited((before) => [one, ...before.filter(({ href }) => href !== one.href)].slice(0, MOST));
  return [visited, remember] as const;
}

function readVisited(text: string): readonly Visited[] {
  try {
    const read: unknown = JSON.parse(text);
    return Array.isArray(read) ? read.filter(isVisited) : [];
  } catch {
    return [];
  }
}

function isVisited(value: unknown): value is Visited {
  if (typeof value !== 'object' || value === null) return false;
  if (!('href' in value && 'label' in value && 'kind' in value)) return false;
  const { href, label, kind } = value;
  return typeof href === 'string' && /^\/(?![/\\])/.test(href) && typeof label === 'string' && typeof kind === 'string';
}
