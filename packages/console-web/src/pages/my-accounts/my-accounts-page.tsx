import { Page, PageHead } from '../../layout/page.tsx';
import classes from './my-accounts.module.css';
import { OwnAccounts } from './own-accounts.tsx';

/** What do I have, and where? */
export function MyAccountsPage() {
  return (
    <Page title="My accounts" crumbs={[{ label: 'My accounts' }]}>
      <PageHead title="My accounts">Your accounts in the company’s apps, and what each of them may do.</PageHead>
      <div className={classes['body']}>
        <OwnAccounts />
      </div>
    </Page>
  );
}
