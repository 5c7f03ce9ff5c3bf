import { useSession } from '../../api/session.ts';
import { Page, PageHead } from '../../layout/page.tsx';

export function HomePage() {
  const session = useSession();
  return (
    <Page title="Home" crumbs={[{ label: 'Home' }]}>
      <PageHead title={`Hello, ${session?.user.displayName ?? ''}`} />
    </Page>
  );
}
