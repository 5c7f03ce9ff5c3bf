import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconKey } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, RequestError } from '../../api/client.ts';
import { type Session, sessionQuery } from '../../api/session.ts';
import { ErrorNote } from '../../components/note.tsx';
import classes from './outside.module.css';
import { signInOptions } from './sign-in-options.ts';

/** Single sign-on where it is set up, and a password. One message for a wrong address and a wrong password. */
export function SignInForm({
  email = '',
  returnTo,
  onSignedIn,
}: {
  readonly email?: string;
  /** The address after the sign-in at another provider. */
  readonly returnTo: string;
  readonly onSignedIn: (session: Session | null) => void;
}) {
  const queries = useQueryClient();
  const options = useQuery(signInOptions);
  const form = useForm({ initialValues: { email, password: '' } });
  const signIn = useMutation({
    mutationFn: (body: typeof form.values) => call('POST /api/v1/session', { body }),
    onSuccess: async () => onSignedIn(await queries.fetchQuery({ ...sessionQuery, staleTime: 0 })),
  });
  const oidc = options.data?.oidc ?? null;
  const isWrong = signIn.error instanceof RequestError && signIn.error.status === 401;
  return (
    <form className={classes['fields']} onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
      {oidc !== null && (
        <>
          <Button
            component="a"
            href={`${oidc.startUrl}?return_to=${encodeURIComponent(returnTo)}`}
            size="lg"
            leftSection={<IconKey size={16} stroke={1.6} aria-hidden />}
          >
            Continue with {oidc.displayName}
          </Button>
          <div className={classes['or']}>or with a password</div>
        </>
      )}
      <TextInput
        label="Email"
        type="email"
        autoComplete="username"
        required
        size="md"
        autoFocus={email === ''}
        {...form.getInputProps('email')}
      />
      <PasswordInput
        label="Password"
        autoComplete="current-password"
        required
        size="md"
        {...(email !== '' && { 'data-autofocus': true })}
        {...form.getInputProps('password')}
        error={isWrong ? signIn.error?.message : undefined}
        errorProps={{ role: 'alert' }}
      />
      {signIn.isError && !isWrong && <ErrorNote error={signIn.error} />}
      <p className={classes['small']}>Forgot it? Ask an administrator for a new link.</p>
      <Button type="submit" size="lg" variant={oidc === null ? 'filled' : 'default'} loading={signIn.isPending}>
        Sign in
      </Button>
    </form>
  );
}
