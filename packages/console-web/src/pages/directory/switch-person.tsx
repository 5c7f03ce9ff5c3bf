import type { User } from '@baton-ts/console-api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { SureDialog } from './sure-dialog.tsx';

/** Disables a person, or brings one back. */
export function SwitchPerson({
  user: { id: user_id, displayName, status },
  onClose,
}: {
  readonly user: Pick<User, 'id' | 'displayName' | 'status'>;
  readonly onClose: () => void;
}) {
  const queries = useQueryClient();
  const isEnabled = status === 'ENABLED';
  const change = useMutation({
    mutationFn: () =>
      isEnabled
        ? call('POST /api/v1/users/{user_id}/disable', { params: { user_id } })
        : call('POST /api/v1/users/{user_id}/enable', { params: { user_id } }),
    onSuccess: async () => {
      await queries.invalidateQueries();
      onClose();
    },
  });
  return (
    <SureDialog
      title={`${isEnabled ? 'Disable' : 'Enable'} ${displayName}?`}
      button={isEnabled ? 'Disable person' : 'Enable person'}
      isDanger={isEnabled}
      isPending={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate()}
      onClose={onClose}
    >
      {isEnabled
        ? `${displayName} is signed out at once and cannot sign in; API keys and invitations are revoked. Accounts in connected apps stay as they are. Enable brings the person back.`
        : `${displayName} can sign in again, with the password and the roles of before. API keys stay revoked.`}
    </SureDialog>
  );
}
