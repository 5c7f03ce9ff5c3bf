import type { Role, User } from '@baton-ts/console-api';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { showFieldErrors } from '../../api/show-field-errors.ts';
import { FormDialog } from '../apps/form-dialog.tsx';
import { PersonFields } from './person-fields.tsx';

/** What the directory says of a person, and what they may do here. Only what differs is sent. */
export function EditPerson({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const mayRoles = useMay('people.roles');
  const before = {
    displayName: user.displayName,
    email: user.email,
    jobTitle: user.jobTitle,
    department: user.department,
    managerEmail: user.manager?.email ?? '',
  };
  const form = useForm({ initialValues: { ...before, roles: user.roles ?? ([] as Role[]) } });
  const save = useMutation({
    mutationFn: ({ roles, ...profile }: typeof form.values) => {
      const changed = Object.entries(profile).filter(([name, value]) => before[name as keyof typeof before] !== value);
      const body = {
        ...Object.fromEntries(changed),
        ...(mayRoles && !isSame(roles, user.roles ?? []) && { roles }),
      };
      return call('POST /api/v1/users/{user_id}', { params: { user_id: user.id }, body });
    },
    onSuccess: async () => {
      await queries.invalidateQueries();
      onClose();
    },
    onError: showFieldErrors(form),
  });
  return (
    <FormDialog
      title={`What changes about ${user.displayName}?`}
      button="Save changes"
      isPending={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate(form.values)}
      onClose={onClose}
    >
      <PersonFields
        form={form}
        emailHint={emailHint(user)}
        rolesHint="They add up, and count from the next click on."
      />
    </FormDialog>
  );
}

function emailHint({ origin, invitedUntil }: User): string {
  if (origin === 'OIDC') return 'Single sign-on looks for this address: it has to be the same there.';
  if (invitedUntil !== null && invitedUntil !== undefined) return 'A new address ends the invitation: send it again.';
  return 'Sign-in and the matching of accounts go by it.';
}

function isSame(some: readonly Role[], others: readonly Role[]): boolean {
  return some.length === others.length && some.every((role) => others.includes(role));
}
