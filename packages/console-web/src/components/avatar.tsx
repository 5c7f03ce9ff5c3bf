import { IconRobot } from '@tabler/icons-react';
import classes from './avatar.module.css';

/** People are round, things and machines are square. */
export function Avatar({
  name,
  kind = 'person',
  size = 20,
}: {
  readonly name: string;
  readonly kind?: 'person' | 'thing' | 'machine';
  readonly size?: number;
}) {
  return (
    <span className={classes['avatar']} data-kind={kind} data-size={size} aria-hidden>
      {kind === 'machine' ? <IconRobot size={size / 2} stroke={1.7} /> : initialsOf(name, kind)}
    </span>
  );
}

/** Of the words of a name those that begin with a letter or a number; by whole characters, whatever the script. */
function initialsOf(name: string, kind: 'person' | 'thing'): string {
  const letters = (name.split('@')[0] ?? '')
    .split(/[\s@._-]+/u)
    .flatMap((word) => /^[\p{L}\p{N}]/u.exec(word)?.[0] ?? []);
  const last = kind === 'thing' || letters.length < 2 ? '' : (letters.at(-1) ?? '');
  return `${letters[0] ?? '?'}${last}`.toUpperCase();
}

/** The first owner by name, the others counted. */
export function Owners({ owners }: { readonly owners: readonly { readonly displayName: string }[] }) {
  const [first, ...others] = owners;
  if (first === undefined) return <span className={classes['nobody']}>No owner</span>;
  return (
    <span className={classes['owners']} title={owners.map(({ displayName }) => displayName).join(', ')}>
      <Avatar name={first.displayName} />
      <span className={classes['name']} dir="auto">
        {first.displayName}
      </span>
      {others.length > 0 && <span className={classes['nobody']}>+{others.length}</span>}
    </span>
  );
}
