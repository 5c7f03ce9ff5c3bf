import type { App, PersonRef } from '@baton-ts/console-api';
import { Button, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { PersonPicker } from '../../components/person-picker.tsx';
import classes from './edit-app.module.css';
import { FormDialog } from './form-dialog.tsx';

export const matchingTexts: Readonly<Record<App['identityMatching'], string>> = {
  STRICT: 'the same email or user name',
  DISPLAY_NAME: 'the same email, user name or full name',
  CUSTOM: 'your own rules',
};

/** Name, description, owners, and how accounts find the people they belong to. */
export function EditApp({ app, onClose }: { readonly app: App; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const [displayName, setName] = useState(app.displayName);
  const [description, setDescription] = useState(app.description);
  const [owners, setOwners] = useState<readonly PersonRef[]>(app.owners);
  const [matching, setMatching] = useState(app.identityMatching);
  const [rules, setRules] = useState(
    app.matchingRules.length > 0 ? app.matchingRules : [{ accountKey: '', userKey: '' }],
  );
  const save = useMutation({
    mutationFn: async () => {
      const params = { app_id: app.id };
      const isCustom = matching === 'CUSTOM';
      await call('POST /api/v1/apps/{app_id}', {
        params,
        body: { displayName, description, identityMatching: matching, ...(isCustom && { matchingRules: rules }) },
      });
      const userIds = owners.map(({ id }) => id);
      if (userIds.join() !== app.owners.map(({ id }) => id).join()) {
        await call('PUT /api/v1/apps/{app_id}/owners', { params, body: { userIds } });
      }
    },
    onSettled: () => queries.invalidateQueries(),
    onSuccess: onClose,
  });
  const change = (index: number, part: Partial<App['matchingRules'][number]>) =>
    setRules(rules.map((rule, at) => (at === index ? { ...rule, ...part } : rule)));
  return (
    <FormDialog
      title={`What do you want to change about ${app.displayName}?`}
      button="Save changes"
      isPending={save.isPending}
      error={owners.length === 0 ? new Error('An app needs at least one owner.') : save.error}
      onSubmit={() => owners.length > 0 && save.mutate()}
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
        label="Description"
        autosize
        minRows={2}
        value={description}
        onChange={({ currentTarget }) => setDescription(currentTarget.value)}
      />
      <PersonPicker label="Owners" people={owners} onChange={setOwners} />
      <Radio.Group
        label="Accounts belong to people with"
        value={matching}
        onChange={(value) => setMatching(modes.find((mode) => mode === value) ?? matching)}
      >
        <Stack gap="sm" mt="xs">
          {modes.map((mode) => (
            <Radio key={mode} value={mode} label={matchingTexts[mode]} />
          ))}
        </Stack>
      </Radio.Group>
      {matching === 'CUSTOM' && (
        <fieldset className={classes['rules']}>
          <legend>An account belongs to the person whose key is the same. The first pair that finds one wins.</legend>
          {rules.map((rule, index) => (
            <div key={index} className={classes['rule']}>
              <TextInput
                label="Key of the account"
                placeholder="account.email"
                required
                value={rule.accountKey}
                onChange={({ currentTarget }) => change(index, { accountKey: currentTarget.value })}
              />
              <TextInput
                label="Key of the person"
                placeholder="user.email"
                required
                value={rule.userKey}
                onChange={({ currentTarget }) => change(index, { userKey: currentTarget.value })}
              />
              {rules.length > 1 && (
                <Button variant="subtle" onClick={() => setRules(rules.filter((_, at) => at !== index))}>
                  Remove pair
                </Button>
              )}
            </div>
          ))}
          <Button
            variant="default"
            size="sm"
            disabled={rules.length >= mostRules}
            onClick={() => setRules([...rules, { accountKey: '', userKey: '' }])}
          >
            Add a pair
          </Button>
        </fieldset>
      )}
    </FormDialog>
  );
}

const modes = ['STRICT', 'DISPLAY_NAME', 'CUSTOM'] as const satisfies readonly App['identityMatching'][];
const mostRules = 16;
