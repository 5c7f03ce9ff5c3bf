import type { EndpointResponse } from '@baton-ts/console-api';
import { Button, NumberInput, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, problemsOf } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Card } from '../../components/card.tsx';
import { ErrorNote, Note } from '../../components/note.tsx';
import classes from './administration.module.css';
import { Saved } from './saved.tsx';
import { WriteOnlySecret } from './write-only-secret.tsx';

/** The server that takes the console's mails. */
export function MailServer({ saved }: { readonly saved: EndpointResponse<'GET /api/v1/settings/mail'> }) {
  const may = useMay('settings.manage');
  const queries = useQueryClient();
  const [password, setPassword] = useState<string>();
  const [round, setRound] = useState(0);
  const form = useForm({
    initialValues: {
      host: '',
      port: 587,
      username: '',
      from: '',
      ...saved.smtp,
      security: saved.smtp?.security ?? 'STARTTLS',
    },
  });
  const test = useMutation({ mutationFn: () => call('POST /api/v1/settings/mail/test', {}) });
  const save = useMutation({
    mutationFn: (smtp: typeof form.values) =>
      call('POST /api/v1/settings/mail', {
        body: { smtp: smtp.host === '' ? null : smtp, ...(password !== undefined && { password }) },
      }),
    onSuccess: async () => {
      setPassword(undefined);
      setRound((before) => before + 1);
      form.resetDirty();
      test.reset();
      await queries.invalidateQueries({ queryKey: ['settings-mail'] });
    },
    onError: (error) => form.setErrors(problemsOf(error, 'smtp')),
  });
  return (
    <Card title="Mail server">
      <form className={classes['form']} onSubmit={form.onSubmit((values) => save.mutate(values))}>
        {saved.smtp === null && <Note title="No mail is sent.">What would have been sent is in the outbox.</Note>}
        <TextInput label="Host" description="Empty: no mail is sent." readOnly={!may} {...form.getInputProps('host')} />
        <NumberInput label="Port" min={1} max={65535} readOnly={!may} {...form.getInputProps('port')} />
        <Select
          label="Security"
          data={[
            { value: 'TLS', label: 'TLS' },
            { value: 'STARTTLS', label: 'STARTTLS' },
            { value: 'NONE', label: 'None' },
          ]}
          allowDeselect={false}
          readOnly={!may}
          {...form.getInputProps('security')}
        />
        <TextInput label="User name" autoComplete="off" readOnly={!may} {...form.getInputProps('username')} />
        <WriteOnlySecret
          key={round}
          label="Password"
          description="Sent only to this host."
          isSaved={saved.passwordSaved}
          value={password}
          readOnly={!may}
          onChange={setPassword}
        />
        <TextInput label="From" placeholder="console@example.com" readOnly={!may} {...form.getInputProps('from')} />
        {save.isError && <ErrorNote error={save.error} />}
        {test.data !== undefined && (
          <Note
            tone={test.data.delivered ? 'neutral' : 'critical'}
            title={test.data.delivered ? 'The test mail was taken.' : 'The test mail was not taken.'}
          >
            {test.data.reason}
          </Note>
        )}
        {test.isError && <ErrorNote error={test.error} />}
        {may && (
          <div className={classes['buttons']}>
            <Button type="submit" loading={save.isPending}>
              Save mail server
            </Button>
            <Button
              variant="default"
              loading={test.isPending}
              disabled={saved.smtp === null || form.isDirty()}
              title="To your own address, with what is saved"
              onClick={() => test.mutate()}
            >
              Send a test mail to me
            </Button>
            <Saved when={save.isSuccess && !form.isDirty() && password === undefined} />
          </div>
        )}
      </form>
    </Card>
  );
}
