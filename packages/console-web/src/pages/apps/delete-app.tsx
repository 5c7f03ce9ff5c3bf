import type { App } from '@baton-ts/console-api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { TypedConfirmation } from '../../components/typed-confirmation.tsx';

export function DeleteApp({ app, onClose }: { readonly app: App; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: (confirmation: string) =>
      call('DELETE /api/v1/apps/{app_id}', { params: { app_id: app.id }, body: { confirmation } }),
    onSuccess: async () => {
      await navigate({ to: app.kind === 'MANAGED' ? '/apps' : '/unmanaged-apps' });
      await queries.invalidateQueries({ queryKey: ['apps'] });
    },
  });
  return (
    <TypedConfirmation
      question={`Delete app ${app.displayName}?`}
      name={app.displayName}
      button="Delete app"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={(typed) => remove.mutate(typed)}
      onClose={onClose}
    >
      {app.displayName} and its {app.counts.accounts.toLocaleString('en')} accounts are no longer shown. What was read
      of it stays in the records. It cannot be brought back here.
    </TypedConfirmation>
  );
}
