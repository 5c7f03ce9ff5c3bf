import type { EndpointResponse } from '@baton-ts/console-api';
import { Button, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { showFieldErrors } from '../../api/show-field-errors.ts';
import { Card } from '../../components/card.tsx';
import { ErrorNote } from '../../components/note.tsx';
import classes from './administration.module.css';
import { Saved } from './saved.tsx';

export function Organization({ saved }: { readonly saved: EndpointResponse<'GET /api/v1/settings/organization'> }) {
  const may = useMay('settings.manage');
  const queries = useQueryClient();
  const form = useForm({ initialValues: saved });
  const save = useMutation({
    mutationFn: (body: typeof form.values) => call('POST /api/v1/settings/organization', { body }),
    onSuccess: async (now) => {
      form.setInitialValues(now);
      form.setValues(now);
      form.resetDirty();
      await queries.invalidateQueries();
    },
    onError: showFieldErrors(form),
  });
  return (
    <Card title="Organization">
      <form className={classes['form']} onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <TextInput
          label="Name"
          required
          readOnly={!may}
          description="Shown at the sign-in, in the navigation and in mails."
          {...form.getInputProps('displayName')}
        />
        <TagsInput
          label="Trusted domains"
          description="Of the company. Accounts with an address elsewhere are marked as external; without any, none is."
          placeholder={may ? 'Type a domain and press Enter' : ''}
          readOnly={!may}
          {...form.getInputProps('trustedDomains')}
        />
        <TagsInput
          label="Compliance frameworks"
          description="Offered as tags on permissions. A removed one stays on permissions that have it."
          placeholder={may ? 'Type a name and press Enter' : ''}
          readOnly={!may}
          {...form.getInputProps('complianceFrameworks')}
        />
        {save.isError && <ErrorNote error={save.error} />}
        {may && (
          <div className={classes['buttons']}>
            <Button type="submit" loading={save.isPending}>
              Save organization
            </Button>
            <Saved when={save.isSuccess && !form.isDirty()} />
          </div>
        )}
      </form>
    </Card>
  );
}
