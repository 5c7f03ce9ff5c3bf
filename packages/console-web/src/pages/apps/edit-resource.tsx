import type { PersonRef, Resource } from '@baton-ts/console-api';
import { TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { PersonPicker } from '../../components/person-picker.tsx';
import { FormDialog } from './form-dialog.tsx';

/** What the company says of a resource: it survives every sync and is not written back. */
export function EditResource({ resource, onClose }: { readonly resource: Resource; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const [customName, setName] = useState(resource.customName);
  const [owners, setOwners] = useState<readonly PersonRef[]>(resource.owners);
  const save = useMutation({
    mutationFn: () =>
      call('POST /api/v1/apps/{app_id}/resources/{resource_id}', {
        params: { app_id: resource.appId, resource_id: resource.id },
        body: { customName, ownerIds: owners.map(({ id }) => id) },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries();
      onClose();
    },
  });
  return (
    <FormDialog
      title={`What should be known about “${resource.customName || resource.displayName}”?`}
      button="Save changes"
      isPending={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <TextInput
        label="Name in this console"
        placeholder={resource.displayName}
        description="Empty: as the app calls it. It survives every sync and is not written back."
        value={customName}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        data-autofocus
      />
      <PersonPicker label="Owners" people={owners} onChange={setOwners} />
    </FormDialog>
  );
}
