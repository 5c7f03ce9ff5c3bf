import type { EndpointResponse } from '@baton-ts/console-api';
import { ActionIcon, Button, Checkbox, CopyButton, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, problemsOf } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Card } from '../../components/card.tsx';
import { ErrorNote, Note } from '../../components/note.tsx';
import classes from './administration.module.css';
import { Saved } from './saved.tsx';
import { WriteOnlySecret } from './write-only-secret.tsx';

type SavedSettings = EndpointResponse<'GET /api/v1/settings/oidc'>;

/** Signing in at another provider, with OpenID Connect. */
export function SingleSignOn({ saved }: { readonly saved: SavedSettings }) {
  const may = useMay('settings.manage');
  const queries = useQueryClient();
  const [secret, setSecret] = useState<string>();
  const [round, setRound] = useState(0);
  const form = useForm({
    initialValues: { displayName: 'single sign-on', issuer: '', clientId: '', createPeople: false, ...saved.oidc },
  });
  const save = useMutation({
    mutationFn: (oidc: typeof form.values | null) =>
      call('POST /api/v1/settings/oidc', {
        body: { oidc, ...(secret !== undefined && oidc !== null && { clientSecret: secret }) },
      }),
    onSuccess: async () => {
      setSecret(undefined);
      setRound((before) => before + 1);
      form.resetDirty();
      await queries.invalidateQueries({ queryKey: ['settings-oidc'] });
      await queries.invalidateQueries({ queryKey: ['sign-in-options'] });
    },
    onError: (error) => form.setErrors(problemsOf(error, 'oidc')),
  });
  return (
    <Card title="Single sign-on with OpenID Connect">
      <form className={classes['form']} onSubmit={form.onSubmit((values) => save.mutate(values))}>
        {saved.oidc === null && (
          <Note title="People sign in with a password.">
            With a provider set here, the sign-in page offers it first. Passwords go on working.
          </Note>
        )}
        <TextInput
          label="Redirect address"
          description="Enter it at the provider, exactly like this."
          readOnly
          value={saved.redirectUri}
          rightSection={
            <CopyButton value={saved.redirectUri}>
              {({ copied, copy }) => (
                <ActionIcon variant="subtle" color="gray" aria-label="Copy the redirect address" onClick={copy}>
                  {copied ? (
                    <IconCheck size={14} stroke={1.7} aria-hidden />
                  ) : (
                    <IconCopy size={14} stroke={1.7} aria-hidden />
                  )}
                </ActionIcon>
              )}
            </CopyButton>
          }
        />
        <TextInput
          label="Name"
          required
          readOnly={!may}
          description="The button says “Continue with …”."
          {...form.getInputProps('displayName')}
        />
        <TextInput
          label="Issuer"
          type="url"
          required
          readOnly={!may}
          placeholder="https://login.example.com"
          description="The address under which the provider publishes /.well-known/openid-configuration."
          {...form.getInputProps('issuer')}
        />
        <TextInput label="Client ID" required readOnly={!may} autoComplete="off" {...form.getInputProps('clientId')} />
        <WriteOnlySecret
          key={round}
          label="Client secret"
          description="Leave it empty for a public client, which uses PKCE alone."
          isSaved={saved.secretSaved}
          value={secret}
          readOnly={!may}
          onChange={setSecret}
        />
        <Checkbox
          label="Add people who are not in the directory"
          description="As Basic Users, at their first sign-in. Otherwise they are turned away."
          disabled={!may}
          {...form.getInputProps('createPeople', { type: 'checkbox' })}
        />
        {save.isError && <ErrorNote error={save.error} />}
        {may && (
          <div className={classes['buttons']}>
            <Button type="submit" loading={save.isPending}>
              Save single sign-on
            </Button>
            {saved.oidc !== null && (
              <Button variant="default" color="danger" disabled={save.isPending} onClick={() => save.mutate(null)}>
                Switch off
              </Button>
            )}
            <Saved when={save.isSuccess && !form.isDirty() && secret === undefined} />
          </div>
        )}
      </form>
    </Card>
  );
}
