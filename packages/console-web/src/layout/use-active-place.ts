import { useLocation } from '@tanstack/react-router';
import type { PlacePath } from './places.ts';

/**
 * When the entry of a place is the current one, as properties of its link. The page of a connector has its address under
 * its app, and its place among the connectors.
 */
export function useActivePlace(): (to: PlacePath) => {
  readonly activeOptions: object;
  readonly activeProps: object;
  readonly inactiveProps: object;
} {
  const isConnector = useLocation({ select: ({ pathname }) => /^\/apps\/[^/]+\/connectors\//.test(pathname) });
  return (to) => ({
    activeOptions: { exact: to === '/' || (isConnector && to === '/apps'), includeSearch: false },
    activeProps: { 'aria-current': 'page' },
    inactiveProps: isConnector && to === '/connectors' ? { 'aria-current': 'page' } : {},
  });
}
