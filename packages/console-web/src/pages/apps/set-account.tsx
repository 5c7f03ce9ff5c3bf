import type { Account, PersonRef } from '@baton-ts/console-api';
import { Radio, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { PersonPicker } from '../../components/person-picker.tsx';
import { typeTexts } from './account-types.ts';
import { FormDialog } from './form-dialog.tsx';

function useChangeAccount({ id, appId }: Pick<Account, 'id' | 'appId'>, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: {
      readonly ownerId?: string | null;
      readonly resetOwner?: true;
      readonly type?: Account['type'] | null;
    }) =>
      call('POST /api/v1/apps/{app_id}/app_users/{app_user_id}', { params: { app_id: appId, app_user_id: id }, body }),
    onSuccess: async () => {
      await Promise.all(
        ['account', 'accounts', 'app', 'entitlement-grants'].map((queryKey) =>
          queries.invalidateQueries({ queryKey: [queryKey] }),
        ),
      );
      onDone();
    },
  });
}

/** Whose account it is: set by hand, nobody's for good, or as the rules find. */
export function SetAccountOwner({ account, onClose }: { readonly account: Account; readonly onClose: () => void }) {
  const change = useChangeAccount(account, onClose);
  const [how, setHow] = useState('person');
  const [people, setPeople] = useState<readonly PersonRef[]>(account.owner === null ? [] : [account.owner]);
  const [owner] = people;
  return (
    <FormDialog
      title={`Whose account is ${account.displayName}?`}
      button={how === 'person' ? 'Set owner' : how === 'nobody' ? 'Clear owner' : 'Match by the rules'}
      isPending={change.isPending}
      error={change.error}
      onSubmit={() => {
        if (how === 'rules') change.mutate({ resetOwner: true });
        else if (how === 'nobody') change.mutate({ ownerId: null });
        else if (owner !== undefined) change.mutate({ ownerId: owner.id });
      }}
      onClose={onClose}
    >
      <Radio.Group label="Owner" value={how} onChange={setHow}>
        <Stack gap="sm" mt="xs">
          <Radio value="person" label="This person, also after later syncs" />
          <Radio value="nobody" label="Nobody, also when the rules find someone" />
          <Radio value="rules" label="Whoever the rules of the app find" />
        </Stack>
      </Radio.Group>
      {how === 'person' && (
        <PersonPicker label="Person" people={people} onChange={(chosen) => setPeople(chosen.slice(-1))} />
      )}
    </FormDialog>
  );
}

/** What kind of account it is, kept across syncs. */
export function SetAccountType({ account, onClose }: { readonly account: Account; readonly onClose: () => void }) {
  const change = useChangeAccount(account, onClose);
  const [type, setType] = useState<string>(account.type);
  const chosen = (['USER', 'SERVICE_ACCOUNT', 'SYSTEM_ACCOUNT'] as const).find((one) => one === type);
  return (
    <FormDialog
      title={`What kind of account is ${account.displayName}?`}
      button="Save type"
      isPending={change.isPending}
      error={change.error}
      onSubmit={() => change.mutate({ type: chosen ?? null })}
      onClose={onClose}
    >
      <Radio.Group label="Type" value={type} onChange={setType}>
        <Stack gap="sm" mt="xs">
          <Radio value="USER" label={typeTexts.USER} description="A person signs in with it." />
          <Radio value="SERVICE_ACCOUNT" label={typeTexts.SERVICE_ACCOUNT} description="A program of ours uses it." />
          <Radio value="SYSTEM_ACCOUNT" label={typeTexts.SYSTEM_ACCOUNT} description="The app made it for itself." />
          {account.typeIsManual && <Radio value="APP" label="As the app says, from the next sync on" />}
        </Stack>
      </Radio.Group>
    </FormDialog>
  );
}
