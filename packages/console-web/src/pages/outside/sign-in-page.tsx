import { oidcProblems } from '@baton-ts/console-api';
import { useQuery } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Note } from '../../components/note.tsx';
import { OutsideBrand } from './brand.tsx';
import classes from './outside.module.css';
import { SignInForm } from './sign-in-form.tsx';
import { signInOptions } from './sign-in-options.ts';

/** How to get in, and why it did not work elsewhere. */
export function SignInPage() {
  const router = useRouter();
  const { error, next = '/' } = useSearch({ from: '/sign-in' });
  const options = useQuery(signInOptions);
  useEffect(() => {
    document.title = 'Sign in';
  }, []);
  return (
    <main className={classes['signIn']}>
      <div className={classes['card']}>
        <OutsideBrand />
        <div>
          <h1>Sign in</h1>
          <p className={classes['hint']}>Access governance for your company’s apps.</p>
        </div>
        {options.data?.setupNeeded === true && (
          <Note title="Nobody is here yet.">
            Open the link that the console printed in its terminal. It makes the first administrator.
          </Note>
        )}
        {error !== undefined && <Note tone="critical" title={oidcProblems[error]} />}
        <SignInForm returnTo={next} onSignedIn={() => router.history.push(next)} />
      </div>
      <footer className={classes['foot']}>{window.location.host} · all sign-ins are recorded</footer>
    </main>
  );
}
