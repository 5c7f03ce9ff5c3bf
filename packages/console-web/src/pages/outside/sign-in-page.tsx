import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { call } from '../../api/client.ts';
import { sessionQuery } from '../../api/session.ts';
import { ErrorNote, Note } from '../../components/note.tsx';
import { OutsideBrand } from './brand.tsx';
import classes from './outside.module.css';

/** How to get in. One message for a wrong address and a wrong password. */
export function SignInPage() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const options = useQuery({
    queryKey: ['sign-in-options'],
    queryFn: ({ signal }) => call('GET /api/v1/sign-in-options', {}, signal),
  });
  const form = useForm({ initialValues: { email: '', password: '' } });
  const signIn = useMutation({
    mutationFn: (body: typeof form.values) => call('POST /api/v1/session', { body }),
    onSuccess: async () => {
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await navigate({ to: '/' });
    },
  });
  useEffect(() => {
    document.title = 'Sign in';
  }, []);
  const oidc = options.data?.oidc ?? null;
  return (
    <main className={classes['signIn']}>
      <form className={classes['card']} onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
        <OutsideBrand />
        <h1>Sign in</h1>
        {options.data?.setupNeeded === true && (
          <Note title="Nobody is here yet.">Open the link that the console printed on its terminal.</Note>
        )}
        {oidc !== null && (
          <>
            <Button component="a" href={oidc.startUrl} size="lg" variant="default">
              Continue with {oidc.displayName}
            </Button>
            <div className={classes['or']}>or</div>
          </>
        )}
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          required
          size="md"
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          size="md"
          {...form.getInputProps('password')}
        />
        {signIn.isError && <ErrorNote error={signIn.error} />}
        <Button type="submit" size="lg" loading={signIn.isPending}>
          Sign in
        </Button>
        <p className={classes['hint']}>
          No account, or the password forgotten? An administrator can send an invitation.
        </p>
      </form>
    </main>
  );
}
