import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { call } from '../../api/client.ts';
import { sessionQuery } from '../../api/session.ts';
import { showFieldErrors } from '../../api/show-field-errors.ts';
import { ErrorNote } from '../../components/note.tsx';
import { useLinkToken } from './link-token.ts';
import { NewPassword } from './new-password.tsx';
import classes from './outside.module.css';
import { Story } from './story.tsx';

const steps = [
  ['Choose a password', 'You are here. The link in your mail works once.'],
  ['See what you have', 'Your accounts in every connected app, and what each of them can do.'],
  ['Decide what is yours to decide', 'What your roles let you do is in the navigation at the left.'],
] as const;

/** The link of an invitation, or of a password that was forgotten. */
export function InvitationPage() {
  const token = useLinkToken();
  const check = useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => call('POST /api/v1/invitations/check', { body: { token } }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    document.title = 'Choose a password';
  }, []);
  return (
    <Story steps={steps}>
      {check.isError && <ErrorNote error={check.error} retry={() => void check.refetch()} />}
      {check.data?.valid === false && (
        <div className={classes['form']}>
          <div>
            <h1>This invitation does not work any more</h1>
            <p className={classes['hint']}>
              It was used, it has expired, or a newer one was sent. Ask an administrator for a new one, or sign in if
              you have a password.
            </p>
          </div>
          <Button component={Link} to="/sign-in" size="lg" variant="default">
            Go to sign-in
          </Button>
        </div>
      )}
      {check.data?.valid === true && <Accept token={token} {...check.data} />}
    </Story>
  );
}

function Accept({
  token,
  displayName,
  email,
}: {
  readonly token: string;
  readonly displayName: string;
  readonly email: string;
}) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useForm({ initialValues: { password: '' } });
  const accept = useMutation({
    mutationFn: ({ password }: typeof form.values) =>
      call('POST /api/v1/invitations/accept', { body: { token, password } }),
    onSuccess: async () => {
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await navigate({ to: '/' });
    },
    onError: showFieldErrors(form),
  });
  return (
    <form className={classes['form']} onSubmit={form.onSubmit((values) => accept.mutate(values))}>
      <div>
        <h1 dir="auto">Welcome, {displayName}</h1>
        <p className={classes['hint']}>Choose a password. From then on it gets you in, together with your email.</p>
      </div>
      <TextInput label="Email" type="email" autoComplete="username" size="md" readOnly value={email} />
      <NewPassword autoFocus {...form.getInputProps('password')} />
      {accept.isError && <ErrorNote error={accept.error} />}
      <Button type="submit" size="lg" loading={accept.isPending}>
        Save password and sign in
      </Button>
    </form>
  );
}
