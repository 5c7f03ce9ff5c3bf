import { Link } from '@tanstack/react-router';
import { useOpensApp } from '../api/opens.ts';
import type { ListAddress } from './list-address.ts';

/** What is said of an app, and the way there for whoever may open it. */
export function AppLink({
  appId,
  search = {},
  className,
  children,
}: {
  readonly appId: string;
  readonly search?: ListAddress;
  readonly className?: string | undefined;
  readonly children: string;
}) {
  if (!useOpensApp(appId)) {
    return (
      <span dir="auto" title={children}>
        {children}
      </span>
    );
  }
  return (
    <Link to="/apps/$appId" params={{ appId }} search={search} className={className} dir="auto" title={children}>
      {children}
    </Link>
  );
}
