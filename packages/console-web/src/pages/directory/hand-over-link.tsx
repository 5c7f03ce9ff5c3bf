import { Anchor } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { ErrorNote } from '../../components/note.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { When } from '../../components/when.tsx';

/** The link of an invitation, shown once, for an inviter who has no mail server to bring it. */
export function HandOverLink({ userId: user_id }: { readonly userId: string }) {
  const make = useMutation({
    mutationFn: () => call('POST /api/v1/users/{user_id}/invitation_link', { params: { user_id } }),
  });
  return (
    <>
      <Anchor component="button" type="button" onClick={() => make.mutate()}>
        hand over a link yourself
      </Anchor>
      {make.isError && <ErrorNote error={make.error} />}
      {make.data !== undefined && (
        <ShownOnce title="A link to hand over" values={[['Link', make.data.link]]} onDone={() => make.reset()}>
          Whoever opens it chooses the password of this person. It works once, until <When at={make.data.expiresAt} />;
          links made before end.
        </ShownOnce>
      )}
    </>
  );
}
