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
import { signInOptions } from './sign-in-options.ts';
import { Story } from './story.tsx';

const steps = [
  ['Create the first administrator', 'You are here. The link in your terminal works once.'],
  ['Connect an app', 'Paste a SendGrid API key; the first sync takes about a minute.'],
  ['See who may do what', 'Accounts, permissions and risks, in plain words.'],
] as const;

/** The first start: the link from the terminal makes the first administrator. */
export function FirstRunPage() {
  const token = useLinkToken();
  const check = useQuery({
    queryKey: ['setup', token],
    queryFn: ({ signal }) => call('POST /api/v1/setup/check', { body: { token } }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    document.title = 'Create the first administrator';
  }, []);
  return (
    <Story steps={steps}>
      {check.isError && <ErrorNote error={check.error} retry={() => void check.refetch()} />}
      {check.data?.valid === false && <LinkIsOver />}
      {check.data?.valid === true && <Administrator token={token} />}
    </Story>
  );
}

function LinkIsOver() {
  const options = useQuery(signInOptions);
  const isSetUp = options.data?.setupNeeded === false;
  return (
    <div className={classes['form']}>
      <div>
        <h1>This link does not work any more</h1>
        <p className={classes['hint']}>
          {isSetUp
            ? 'It was used: the first administrator is there. Sign in with that account.'
            : 'A set-up link works once, for 24 hours, and only the newest one. Restart the server; it prints a new link in its terminal.'}
        </p>
      </div>
      <Button component={Link} to="/sign-in" size="lg" variant={isSetUp ? 'filled' : 'default'}>
        Go to sign-in
      </Button>
    </div>
  );
}

function Administrator({ token }: { readonly token: string }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useForm({ initialValues: { displayName: '', email: '', password: '' } });
  const create = useMutation({
    mutationFn: (values: typeof form.values) => call('POST /api/v1/setup', { body: { token, ...values } }),
    onSuccess: async () => {
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await navigate({ to: '/' });
    },
    onError: showFieldErrors(form),
  });
  return (
    <form className={classes['form']} onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <div>
        <h1>Create the first administrator</h1>
        <p className={classes['hint']}>
          This person can do everything, including giving roles to others. You can add more administrators later.
        </p>
      </div>
      <TextInput
        label="Full name"
        autoComplete="name"
        required
        autoFocus
        size="md"
        {...form.getInputProps('displayName')}
      />
      <TextInput
        label="Email"
        type="email"
        autoComplete="username"
        required
        size="md"
        description="Used to sign in, and to match your accounts in connected apps."
        {...form.getInputProps('email')}
      />
      <NewPassword {...form.getInputProps('password')} />
      {create.isError && <ErrorNote error={create.error} />}
      <Button type="submit" size="lg" loading={create.isPending}>
        Create administrator
      </Button>
      <p className={classes['small']}>The set-up link works once, for 24 hours. Restart the server for a new one.</p>
    </form>
  );
}
