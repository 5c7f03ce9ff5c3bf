import type { Account, App } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Avatar } from '../../components/avatar.tsx';
import { Card, Facts } from '../../components/card.tsx';
import { RiskBar } from '../../components/risk-bar.tsx';
import { TwoLines } from '../../components/two-lines.tsx';
import classes from './account-page.module.css';
import { typeTexts } from './account-types.ts';
import { GrantFeed } from './grant-feed.tsx';
import { OwnerCell, ownerSources } from './owner-cell.tsx';
import { seenFacts } from './seen-facts.tsx';
import { SetAccountOwner, SetAccountType } from './set-account.tsx';
import { useMayChange } from './use-app.ts';

/** Whose account it is, how much it holds, what changed. */
export function AccountSide({ account, app }: { readonly account: Account; readonly app: App | undefined }) {
  const mayChange = useMayChange(app);
  const [open, setOpen] = useState<'owner' | 'type' | null>(null);
  const { owner } = account;
  return (
    <>
      <Card
        title="Owner of this account"
        action={mayChange && <Change onClick={() => setOpen('owner')} what="the owner" />}
      >
        {owner === null || owner.status === 'DISABLED' ? (
          <OwnerCell account={account} />
        ) : (
          <TwoLines
            mark={<Avatar name={owner.displayName} size={28} />}
            title={owner.displayName}
            first={
              <Link to="/users/$userId" params={{ userId: owner.id }}>
                {owner.displayName}
              </Link>
            }
            second={`${matched.has(account.ownerSource) ? 'matched ' : ''}${ownerSources[account.ownerSource]}`}
          />
        )}
      </Card>
      <Card title="At a glance">
        <Facts
          facts={[
            [
              'Type',
              <span key="type" className={classes['owner']}>
                {typeTexts[account.type]}
                {account.typeIsManual && ', set by hand'}
                {mayChange && <Change onClick={() => setOpen('type')} what="the type" />}
              </span>,
            ],
            ['Roles', account.roles.join(', ') || 'None'],
            ['Permissions', <Amount key="amount" account={account} />],
            ['From outside', account.isExternal ? 'Yes: the address is outside the company' : 'No'],
            ...seenFacts(account),
          ]}
        />
      </Card>
      <Card title="History">
        <GrantFeed appId={account.appId} accountId={account.id} />
      </Card>
      {open === 'owner' && <SetAccountOwner account={account} onClose={() => setOpen(null)} />}
      {open === 'type' && <SetAccountType account={account} onClose={() => setOpen(null)} />}
    </>
  );
}

const matched: ReadonlySet<Account['ownerSource']> = new Set(['EMAIL', 'USERNAME', 'NAME', 'CUSTOM']);

function Amount({ account }: { readonly account: Account }) {
  return (
    <>
      {account.grantCount.toLocaleString('en')}
      {account.grantCount > 0 && <RiskBar counts={account.riskCounts} />}
    </>
  );
}

function Change({ onClick, what }: { readonly onClick: () => void; readonly what: string }) {
  return (
    <Button variant="subtle" size="xs" onClick={onClick} aria-label={`Change ${what}`}>
      Change
    </Button>
  );
}
