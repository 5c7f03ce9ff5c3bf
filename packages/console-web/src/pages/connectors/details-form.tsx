import type { Connector, Schedule } from '@baton-ts/console-api';
import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { ErrorNote } from '../../components/note.tsx';
import { PersonPicker } from '../../components/person-picker.tsx';
import classes from './details.module.css';
import { ScheduleInput } from './schedule-input.tsx';

/** Name, owners, schedule, and whether a fall of data is held back. */
export function DetailsForm({ connector, onClose }: { readonly connector: Connector; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const [displayName, setDisplayName] = useState(connector.displayName);
  const [owners, setOwners] = useState<Connector['owners']>(connector.owners);
  const [schedule, setSchedule] = useState<Schedule>(connector.schedule);
  const [isScheduleWrong, setScheduleWrong] = useState(false);
  const [pauseOnAnomaly, setPauseOnAnomaly] = useState(connector.pauseOnAnomaly);
  const save = useMutation({
    mutationFn: () =>
      call('POST /api/v1/apps/{app_id}/connectors/{connector_id}', {
        params: { app_id: connector.appId, connector_id: connector.id },
        body: { displayName, schedule, pauseOnAnomaly, userIds: owners.map(({ id }) => id) },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries();
      onClose();
    },
  });
  const isWrong = displayName.trim() === '' || owners.length === 0 || isScheduleWrong;
  return (
    <Modal opened onClose={onClose} title={`Details of ${connector.displayName}`} size={560}>
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isWrong) save.mutate();
        }}
      >
        <TextInput
          label="Name"
          required
          maxLength={200}
          value={displayName}
          error={displayName.trim() === '' ? 'Give it a name.' : undefined}
          onChange={({ currentTarget }) => setDisplayName(currentTarget.value)}
          data-autofocus
        />
        <PersonPicker label="Owners" people={owners} onChange={(people) => setOwners([...people])} />
        {owners.length === 0 && <p className={classes['preview']}>At least one person looks after a connector.</p>}
        <ScheduleInput schedule={schedule} onChange={setSchedule} onWrong={setScheduleWrong} />
        <Checkbox
          label="Hold data back when half of a kind disappears"
          description="The new data then waits until somebody says that it is right. Owners get mail."
          checked={pauseOnAnomaly}
          onChange={({ currentTarget }) => setPauseOnAnomaly(currentTarget.checked)}
        />
        {save.isError && <ErrorNote error={save.error} />}
        <div className={classes['buttons']}>
          <Button variant="subtle" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={isWrong}>
            Save details
          </Button>
        </div>
      </form>
    </Modal>
  );
}
