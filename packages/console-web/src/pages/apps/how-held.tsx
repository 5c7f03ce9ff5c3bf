import type { Grant } from '@baton-ts/console-api';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useOpensConnector } from '../../api/opens.ts';
import { When } from '../../components/when.tsx';
import classes from './how-held.module.css';

/** Given by itself, or through what. */
export function HowHeld({
  appId,
  grant,
}: {
  readonly appId: string;
  readonly grant: Pick<Grant, 'isDirect' | 'sources'>;
}) {
  const { isDirect, sources } = grant;
  if (sources.length === 0) return isDirect ? 'Direct' : 'Through something else';
  return (
    <>
      {isDirect ? 'Direct, and through ' : 'Through '}
      {sources.map(({ entitlementId, displayName }, index) => (
        <span key={entitlementId ?? displayName}>
          {index > 0 && ', '}
          {entitlementId === null ? (
            <bdi>{displayName}</bdi>
          ) : (
            <Link
              to="/apps/$appId/entitlements/$entitlementId"
              params={{ appId, entitlementId }}
              className={classes['source']}
            >
              <bdi>{displayName}</bdi>
            </Link>
          )}
        </span>
      ))}
    </>
  );
}

/** Since when, as far as that is known. */
export function HeldSince({ grant }: { readonly grant: Pick<Grant, 'sinceFirstSync' | 'grantedAt'> }) {
  if (grant.sinceFirstSync) return 'before the first sync';
  return <When at={grant.grantedAt} />;
}

/** A moment that a sync saw; it leads to what that sync did. */
export function SyncLink({
  appId,
  connectorId,
  syncId,
  children,
}: {
  readonly appId: string;
  readonly connectorId: string;
  readonly syncId: string;
  readonly children: ReactNode;
}) {
  if (!useOpensConnector(connectorId)) {
    return <span title={`Sync ${syncId}`}>{children}</span>;
  }
  return (
    <Link
      to="/apps/$appId/connectors/$connectorId"
      params={{ appId, connectorId }}
      search={{ log: syncId }}
      title={`Sync ${syncId}`}
      className={classes['source']}
    >
      {children}
    </Link>
  );
}

/** Where it holds when that is not everywhere: what the app says beside the grant, in words. */
export function whereHeld({ metadata }: Pick<Grant, 'metadata'>): string {
  const brand = metadata['subuser'];
  return typeof brand === 'string' ? `in ${brand}` : '';
}
