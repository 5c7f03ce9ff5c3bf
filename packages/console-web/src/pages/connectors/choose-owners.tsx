import type { PersonRef } from '@baton-ts/console-api';
import { Note } from '../../components/note.tsx';
import { PersonPicker } from '../../components/person-picker.tsx';

export function ChooseOwners({
  owners,
  onChange,
}: {
  readonly owners: readonly PersonRef[];
  readonly onChange: (owners: readonly PersonRef[]) => void;
}) {
  return (
    <>
      <h1>Who looks after this connector?</h1>
      <p>
        Owners can change settings, and hear when a sync fails. Choose yourself, or the people who hold the API key.
      </p>
      <PersonPicker label="Owners" people={owners} onChange={onChange} />
      <Note title="Owners of the connector do not become owners of the app.">Set those on the app’s Overview.</Note>
    </>
  );
}
