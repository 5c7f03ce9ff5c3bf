import { Button, PasswordInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { showFieldErrors } from '../../api/show-field-errors.ts';
import { Card } from '../../components/card.tsx';
import { ErrorNote, Note } from '../../components/note.tsx';
import { NewPassword } from '../outside/new-password.tsx';
import classes from './directory.module.css';

/** One's own password, for whoever has one here. */
export function ChangePassword() {
  if (useSession()?.hasPassword === false) {
    return (
      <Card title="Password">
        <p className={classes['quiet']}>
          You sign in through another service and have no password here. Change it there.
        </p>
      </Card>
    );
  }
  return <PasswordForm />;
}

function PasswordForm() {
  const form = useForm({ initialValues: { currentPassword: '', newPassword: '' } });
  const change = useMutation({
    mutationFn: (body: typeof form.values) => call('POST /api/v1/session/password', { body }),
    onSuccess: () => form.reset(),
    onError: showFieldErrors(form),
  });
  return (
    <Card title="Password">
      <form className={classes['form']} onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          required
          {...form.getInputProps('currentPassword')}
        />
        <NewPassword label="New password" size="sm" {...form.getInputProps('newPassword')} />
        {change.isError && <ErrorNote error={change.error} />}
        {change.isSuccess && <Note title="The password was changed. Your other sessions have ended." />}
        <div>
          <Button type="submit" variant="default" loading={change.isPending}>
            Change password
          </Button>
        </div>
      </form>
    </Card>
  );
}
