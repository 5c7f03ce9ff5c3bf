import type { App, RiskLevel } from '@baton-ts/console-api';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { call } from '../../api/client.ts';
import { Card } from '../../components/card.tsx';
import { RiskMark } from '../../components/risk-mark.tsx';
import { riskLevels } from '../../components/risk-options.tsx';
import classes from './home-page.module.css';
import { numberText } from './list-number.ts';

const meanings: Readonly<Record<RiskLevel, string>> = {
  CRITICAL: 'can change who has access',
  HIGH: 'can send mail, bill, or open a door',
  MEDIUM: 'can change live content',
  LOW: 'can look only',
  UNRATED: 'hold what nobody has rated yet',
};

/** The accounts of an app by the worst that they can do. Each number is asked for as its list is. */
export function RiskAtAGlance({ app, choice }: { readonly app: App; readonly choice: ReactNode }) {
  const counts = useQueries({
    queries: riskLevels.map((level) => ({
      queryKey: ['accounts', 'number', app.id, level],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call(
          'POST /api/v1/search/app_users',
          { body: { appIds: [app.id], highestRisks: [level], pageSize: 1 } },
          signal,
        ),
    })),
  });
  return (
    <Card title="Risk at a glance" action={<span className={classes['of']}>{choice}</span>}>
      <p className={classes['figure']}>
        <Link to="/apps/$appId" params={{ appId: app.id }} search={{ tab: 'accounts', risk: ['CRITICAL'] }}>
          {numberText(counts[0]?.data)}
        </Link>{' '}
        of {app.counts.accounts.toLocaleString('en')} accounts hold critical access
      </p>
      <ul className={classes['levels']}>
        {riskLevels.map((level, index) => {
          const page = counts[index]?.data;
          if (level === 'UNRATED' && (page?.totalCount ?? 0) === 0) return null;
          const share = page === undefined ? 0 : page.totalCount / Math.max(1, app.counts.accounts);
          return (
            <li key={level}>
              <Link
                to="/apps/$appId"
                params={{ appId: app.id }}
                search={{ tab: 'accounts', risk: [level] }}
                className={classes['level']}
              >
                <RiskMark level={level} />
                <span className="number">{numberText(page)}</span>
              </Link>
              <div className={classes['bar']} data-level={level}>
                <span style={{ width: `${share * 100}%` }} />
              </div>
              <small>{meanings[level]}</small>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
