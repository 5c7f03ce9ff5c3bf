import { useQuery } from '@tanstack/react-query';
import { BrandMark } from '../../layout/brand-mark.tsx';
import classes from './outside.module.css';
import { signInOptions } from './sign-in-options.ts';

/** The mark, and whose console it is. */
export function OutsideBrand() {
  const options = useQuery(signInOptions);
  return (
    <div className={classes['brand']}>
      <BrandMark size={28} />
      <span dir="auto">{options.data?.instanceName ?? 'Access console'}</span>
    </div>
  );
}
