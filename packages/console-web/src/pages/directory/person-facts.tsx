import type { User } from '@baton-ts/console-api';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { Card, Facts } from '../../components/card.tsx';
import { When } from '../../components/when.tsx';
import { roleNames } from '../../layout/role-name.ts';
import classes from './directory.module.css';
import { PersonStatus } from './person-status.tsx';

const origins = {
  LOCAL: 'by hand',
  FILE: 'from a file',
  SETUP: 'at the first start',
  OIDC: 'at the first single sign-on',
} as const;

/** What the directory says of a person, and which roles they have here. What the viewer may not see is said so. */
export function PersonFacts({ user }: { readonly user: User }) {
  const mayOpenPeople = useMay('people.read');
  const { manager, roles, origin } = user;
  return (
    <>
      <Card title="Details">
        <Facts
          facts={[
            ['Status', <PersonStatus key="status" user={user} />],
            ['Email', user.email],
            ['Title', user.jobTitle || '–'],
            ['Department', user.department || '–'],
            [
              'Manager',
              manager === null || !mayOpenPeople ? (
                (manager?.displayName ?? '–')
              ) : (
                <Link key="manager" to="/users/$userId" params={{ userId: manager.id }}>
                  {manager.displayName}
                </Link>
              ),
            ],
            [
              'Last sign-in',
              user.lastSignInAt === undefined ? 'not shown to you' : <When key="seen" at={user.lastSignInAt} />,
            ],
            ...(user.invitedUntil === null && user.lastSignInAt !== null
              ? []
              : [['Invitation', invitationText(user)] as const]),
            [
              'Added',
              <span key="added">
                <When at={user.createdAt} />
                {origin !== undefined && `, ${origins[origin]}`}
              </span>,
            ],
          ]}
        />
      </Card>
      {roles !== undefined && (
        <Card title="Roles in this console">
          <ul className={classes['list']}>
            {roles.map((role) => (
              <li key={role}>{roleNames[role]}</li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

function invitationText({ invitedUntil }: User) {
  if (invitedUntil === undefined) return 'not shown to you';
  if (invitedUntil === null) return 'none open';
  return (
    <span key="invitation">
      {Date.parse(invitedUntil) < Date.now() ? 'expired ' : 'open until '}
      <When at={invitedUntil} />
    </span>
  );
}
