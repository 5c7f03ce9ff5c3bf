import type { Role } from '@baton-ts/console-api';
import { Button, Checkbox, Modal } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call, RequestError } from '../../api/client.ts';
import { ErrorNote } from '../../components/note.tsx';
import classes from './directory.module.css';
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
    onError: (error) => {
      if (error instanceof RequestError) form.setErrors(error.fields);
    },
  });
  return (
    <Modal opened onClose={onClose} title="Who comes into the directory?" size={560}>
      <form className={classes['form']} onSubmit={form.onSubmit((values) => add.mutate(values))}>
        <PersonFields form={form} />
        <Checkbox
          label="Send an invitation to sign in"
          description="A mail with a link that works once, for 7 days. Without a mail server, hand over a link on the person’s page."
          {...form.getInputProps('invite', { type: 'checkbox' })}
        />
        {add.isError && <ErrorNote error={add.error} />}
        <div className={classes['buttons']}>
          <Button variant="subtle" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={add.isPending}>
            {form.values.invite ? 'Add and invite person' : 'Add person'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
