import type { PersonRef } from '@baton-ts/console-api';
import { Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { PersonPicker } from '../../components/person-picker.tsx';
import { FormDialog } from './form-dialog.tsx';

/** An app that no connector feeds yet. */
export function NewApp({ onClose }: { readonly onClose: () => void }) {
  const me = useSession()?.user;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [displayName, setName] = useState('');
  const [description, setDescription] = useState('');
  const [owners, setOwners] = useState<readonly PersonRef[]>(me === undefined ? [] : [me]);
  const create = useMutation({
    mutationFn: () =>
      call('POST /api/v1/apps', { body: { displayName, description, ownerIds: owners.map(({ id }) => id) } }),
    onSuccess: async ({ app }) => {
      await queries.invalidateQueries({ queryKey: ['apps'] });
      await navigate({ to: '/apps/$appId', params: { appId: app.id } });
    },
  });
  return (
    <FormDialog
      title="Which application do you want to govern?"
      button="Create application"
      isPending={create.isPending}
      error={create.error}
      onSubmit={() => create.mutate()}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        required
        data-autofocus
        value={displayName}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <Textarea
        label="Description (optional)"
        autosize
        minRows={2}
        value={description}
        onChange={({ currentTarget }) => setDescription(currentTarget.value)}
      />
      <PersonPicker label="Owners" people={owners} onChange={setOwners} />
    </FormDialog>
  );
}
