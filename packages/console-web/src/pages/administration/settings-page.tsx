import type { EndpointResponse } from '@baton-ts/console-api';
import { Button, NumberInput, PasswordInput, Select, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, RequestError } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Card } from '../../components/card.tsx';
import { ErrorNote, Note } from '../../components/note.tsx';
import { Page, PageHead } from '../../layout/page.tsx';
import classes from './administration.module.css';

export function SettingsPage() {
  const organization = useQuery({
    queryKey: ['settings-organization'],
    queryFn: ({ signal }) => call('GET /api/v1/settings/organization', {}, signal),
  });
  const mail = useQuery({
    queryKey: ['settings-mail'],
    queryFn: ({ signal }) => call('GET /api/v1/settings/mail', {}, signal),
  });
  return (
    <Page title="Settings" crumbs={[{ label: 'Administration' }, { label: 'Settings' }]}>
      <PageHead title="Settings" />
      <div className={classes['cards']}>
        {organization.isError && <ErrorNote error={organization.error} retry={() => void organization.refetch()} />}
        {organization.data !== undefined && <Organization saved={organization.data} />}
        {mail.isError && <ErrorNote error={mail.error} retry={() => void mail.refetch()} />}
        {mail.data !== undefined && <MailServer saved={mail.data} />}
      </div>
    </Page>
  );
}

function Organization({ saved }: { readonly saved: EndpointResponse<'GET /api/v1/settings/organization'> }) {
  const may = useMay('settings.manage');
  const queries = useQueryClient();
  const form = useForm({ initialValues: saved });
  const save = useMutation({
    mutationFn: (body: typeof form.values) => call('POST /api/v1/settings/organization', { body }),
    onSuccess: () => queries.invalidateQueries(),
    onError: (error) => {
      if (error instanceof RequestError) form.setErrors(error.fields);
    },
  });
  return (
    <Card title="Organization">
      <form className={classes['form']} onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <TextInput label="Name" required readOnly={!may} {...form.getInputProps('displayName')} />
        <TagsInput
          label="Domains of the company"
          description="Accounts with an address elsewhere are external."
          readOnly={!may}
          {...form.getInputProps('trustedDomains')}
        />
        <TagsInput label="Compliance frameworks" readOnly={!may} {...form.getInputProps('complianceFrameworks')} />
        {save.isError && <ErrorNote error={save.error} />}
        {may && (
          <div className={classes['buttons']}>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </div>
        )}
      </form>
    </Card>
  );
}

function MailServer({ saved }: { readonly saved: EndpointResponse<'GET /api/v1/settings/mail'> }) {
  const may = useMay('settings.manage');
  const queries = useQueryClient();
  const form = useForm({
    initialValues: {
      host: '',
      port: 587,
      username: '',
      from: '',
      ...saved.smtp,
      security: saved.smtp?.security ?? 'STARTTLS',
      password: '',
    },
  });
  const save = useMutation({
    mutationFn: ({ password, ...smtp }: typeof form.values) =>
      call('POST /api/v1/settings/mail', {
        body: { smtp: smtp.host === '' ? null : smtp, ...(password !== '' && { password }) },
      }),
    onSuccess: () => queries.invalidateQueries(),
    onError: (error) => {
      if (error instanceof RequestError) form.setErrors(error.fields);
    },
  });
  const test = useMutation({ mutationFn: () => call('POST /api/v1/settings/mail/test', {}) });
  return (
    <Card title="Mail server">
      <form className={classes['form']} onSubmit={form.onSubmit((values) => save.mutate(values))}>
        {saved.smtp === null && <Note title="No mail is sent.">What would have been sent is in the outbox.</Note>}
        <TextInput label="Host" readOnly={!may} {...form.getInputProps('host')} />
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
        <PasswordInput
          label="Password"
          autoComplete="off"
          placeholder={saved.passwordSaved ? 'A saved password; type to replace it' : ''}
          readOnly={!may}
          {...form.getInputProps('password')}
        />
        <TextInput label="From" placeholder="console@example.com" readOnly={!may} {...form.getInputProps('from')} />
        {save.isError && <ErrorNote error={save.error} />}
        {test.data !== undefined && (
          <Note
            tone={test.data.delivered ? 'neutral' : 'critical'}
            title={test.data.delivered ? 'A test mail is on its way to you.' : test.data.reason}
          />
        )}
        {test.isError && <ErrorNote error={test.error} />}
        {may && (
          <div className={classes['buttons']}>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
            <Button
              variant="default"
              loading={test.isPending}
              disabled={saved.smtp === null}
              onClick={() => test.mutate()}
            >
              Send a test mail
            </Button>
          </div>
        )}
      </form>
    </Card>
  );
}
