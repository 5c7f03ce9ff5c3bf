import classes from './avatar.module.css';

/** People are round, things are square. */
export function Avatar({
  name,
  kind = 'person',
  size = 20,
}: {
  readonly name: string;
  readonly kind?: 'person' | 'thing';
  readonly size?: number;
}) {
  const words = name.split(/\s+/).filter((word) => word !== '');
  const initials =
    kind === 'thing' ? name.slice(0, 1) : `${words[0]?.[0] ?? ''}${words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''}`;
  return (
    <span className={classes['avatar']} data-kind={kind} data-size={size} aria-hidden>
      {initials.toUpperCase()}
    </span>
  );
}

/** The first owner by name, the others counted. */
export function Owners({ owners }: { readonly owners: readonly { readonly displayName: string }[] }) {
  const [first, ...others] = owners;
  if (first === undefined) return <span className={classes['nobody']}>No owner</span>;
  return (
    <span className={classes['owners']}>
      <Avatar name={first.displayName} />
      <span className={classes['name']} dir="auto">
        {first.displayName}
      </span>
      {others.length > 0 && <span className={classes['nobody']}>+{others.length}</span>}
    </span>
  );
}
