import { useQuery } from '@tanstack/react-query';
import classes from './outside.module.css';
import { signInOptions } from './sign-in-options.ts';

/** The mark, and whose console it is. */
export function OutsideBrand() {
  const options = useQuery(signInOptions);
  return (
    <div className={classes['brand']}>
      <svg width="28" height="28" viewBox="0 0 20 20" aria-hidden>
        <rect width="20" height="20" rx="5" fill="var(--solid)" />
        <path d="M6 5.5v9M14 5.5v9" stroke="var(--on-solid)" strokeWidth="2" strokeLinecap="round" />
        <circle cx="10" cy="10" r="1.6" fill="var(--on-solid)" />
      </svg>
      <span dir="auto">{options.data?.instanceName ?? 'Access console'}</span>
    </div>
  );
}
