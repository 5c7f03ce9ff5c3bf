import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { call, RequestError } from '../../api/client.ts';
import { sessionQuery } from '../../api/session.ts';
import { ErrorNote, Note } from '../../components/note.tsx';
import { OutsideBrand } from './brand.tsx';
import classes from './outside.module.css';
import { PasswordStrength } from './password-strength.tsx';

/** The first start: the link from the terminal makes the first administrator. */
export function FirstRunPage() {
  const token = useTokenFromFragment();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const check = useQuery({
    queryKey: ['setup', token],
    queryFn: ({ signal }) => call('POST /api/v1/setup/check', { body: { token } }, signal),
  });
  const form = useForm({ initialValues: { displayName: '', email: '', password: '' } });
  const create = useMutation({
    mutationFn: (values: typeof form.values) => call('POST /api/v1/setup', { body: { token, ...values } }),
    onSuccess: async () => {
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await navigate({ to: '/' });
    },
    onError: (error) => {
      if (error instanceof RequestError) form.setErrors(error.fields);
    },
  });
  useEffect(() => {
    document.title = 'Create the first administrator';
  }, []);
  return (
    <div className={classes['story']}>
      <aside>
        <OutsideBrand />
        <h2>Know who may do what, and be able to prove it.</h2>
        <ol className={classes['steps']}>
          <li aria-current="step">
            <strong>Create the first administrator</strong>
            You are here. The link in your terminal works once.
          </li>
          <li>
            <strong>Connect an app</strong>
            Paste a SendGrid API key; the first sync takes about a minute.
          </li>
          <li>
            <strong>See who may do what</strong>
            Accounts, permissions and risks, in plain words.
          </li>
        </ol>
        <footer>Everything stays on this server. Nothing is sent anywhere but to the apps that you connect.</footer>
      </aside>
      <main className={classes['panel']}>
        <form className={classes['form']} onSubmit={form.onSubmit((values) => create.mutate(values))}>
          <div>
            <h1>Create the first administrator</h1>
            <p className={classes['hint']}>
              This person can do everything, including giving roles to others. You can add more administrators later.
            </p>
          </div>
          {check.data?.valid === false && (
            <Note tone="medium" title="This link was used or has expired.">
              Restart the server for a new one, or sign in if an administrator exists.
            </Note>
          )}
          <TextInput label="Full name" autoComplete="name" required {...form.getInputProps('displayName')} />
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            required
            description="Used to sign in, and to match your accounts in connected apps."
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Password"
            autoComplete="new-password"
            minLength={12}
            required
            description="At least 12 characters. Length counts more than symbols."
            {...form.getInputProps('password')}
          />
          <PasswordStrength password={form.values.password} />
          {create.isError && <ErrorNote error={create.error} />}
          <Button type="submit" size="lg" loading={create.isPending} disabled={check.data?.valid === false}>
            Create administrator
          </Button>
        </form>
      </main>
    </div>
  );
}

/** The token stands behind the `#`, which browsers never send; it leaves the address at once. */
function useTokenFromFragment(): string {
  const [token] = useState(() => window.location.hash.slice(1));
  useEffect(() => {
    window.history.replaceState(window.history.state, '', window.location.pathname);
  }, []);
  return token;
}
