import type { Connector } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { useMay } from '../../api/session.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Card, Facts } from '../../components/card.tsx';
import { When } from '../../components/when.tsx';
import classes from './details.module.css';
import { DetailsForm } from './details-form.tsx';
import { scheduleText } from './schedule-text.ts';

/** Who looks after it, when it reads, and what it does when data disappears. */
export function Details({
  connector,
  isEditing,
  onEdit,
}: {
  readonly connector: Connector;
  readonly isEditing: boolean;
  readonly onEdit: (isEditing: boolean) => void;
}) {
  const may = useMay('connectors.manage');
  const { owners, pauseOnAnomaly, createdAt, createdBy } = connector;
  return (
    <Card
      title="Details"
      action={
        may && (
          <Button size="sm" variant="subtle" aria-label="Edit details" onClick={() => onEdit(true)}>
            Edit
          </Button>
        )
      }
    >
      <Facts
        facts={[
          [
            'Owners',
            owners.length === 0 ? (
              'No owner'
            ) : (
              <ul className={classes['owners']}>
                {owners.map(({ id, displayName, email }) => (
                  <li key={id} title={email}>
                    <Avatar name={displayName} />
                    <span dir="auto">{displayName}</span>
                  </li>
                ))}
              </ul>
            ),
          ],
          ['Schedule', connector.status === 'NOT_CONNECTED' ? 'Starts with the first sync' : scheduleText(connector)],
          ['Safety', pauseOnAnomaly ? 'Holds data back when half of a kind disappears' : 'Applies whatever is read'],
          [
            'Added',
            <>
              <When at={createdAt} />
              {createdBy !== null && ` by ${createdBy.displayName}`}
            </>,
          ],
        ]}
      />
      {isEditing && <DetailsForm connector={connector} onClose={() => onEdit(false)} />}
    </Card>
  );
}
