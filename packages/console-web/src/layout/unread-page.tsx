import type { ComponentProps } from 'react';
import { ErrorNote } from '../components/note.tsx';
import { PageSkeleton } from '../components/page-skeleton.tsx';
import { type Crumb, Page, PageHead } from './page.tsx';

/** The page of a thing while it is read, and when it cannot be. */
export function UnreadPage({
  title,
  crumbs,
  query,
  ...shape
}: {
  /** What kind of thing it is: its name is not known yet. */
  readonly title: string;
  readonly crumbs: readonly Crumb[];
  readonly query: { readonly isError: boolean; readonly error: unknown; readonly refetch: () => Promise<unknown> };
} & ComponentProps<typeof PageSkeleton>) {
  return (
    <Page title={title} crumbs={crumbs}>
      {query.isError ? (
        <>
          <PageHead title={title} />
          <ErrorNote error={query.error} retry={() => void query.refetch()} />
        </>
      ) : (
        <PageSkeleton {...shape} />
      )}
    </Page>
  );
}
