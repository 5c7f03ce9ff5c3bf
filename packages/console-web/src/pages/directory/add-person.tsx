import type { Role } from '@baton-ts/console-api';
import { Checkbox } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { showFieldErrors } from '../../api/show-field-errors.ts';
import { FormDialog } from '../apps/form-dialog.tsx';
import { PersonFields } from './person-fields.tsx';

/** A person who gets into the directory, and into the console when invited. */
export function AddPerson({ onClose }: { readonly onClose: () => void }) {
  const queries = useQueryClient();
  const form = useForm({
    initialValues: {
      displayName: '',
      email: '',
      jobTitle: '',
      department: '',
      managerEmail: '',
      roles: ['BASIC_USER'] as Role[],
      invite: true,
    },
  });
  const add = useMutation({
    mutationFn: (body: typeof form.values) => call('POST /api/v1/users', { body }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['users'] });
      onClose();
    },
    onError: showFieldErrors(form),
  });
  return (
    <FormDialog
      title="Who comes into the directory?"
      button={form.values.invite ? 'Add and invite person' : 'Add person'}
      isPending={add.isPending}
      error={add.error}
      onSubmit={() => add.mutate(form.values)}
      onClose={onClose}
    >
      <PersonFields form={form} />
      <Checkbox
        label="Send an invitation to sign in"
        description="A mail with a link that works once, for 7 days. Without a mail server, hand over a link on the person’s page."
        {...form.getInputProps('invite', { type: 'checkbox' })}
      />
    </FormDialog>
  );
}
