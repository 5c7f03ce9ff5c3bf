import { Button, Checkbox, FileButton, Modal } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { ErrorNote, Note } from '../../components/note.tsx';
import classes from './directory.module.css';

const MOST_BYTES = 5_000_000;

/** People from a CSV file. What would be done, and what is wrong by line, is shown before anything is written. */
export function ImportPeople({ onClose }: { readonly onClose: () => void }) {
  const queries = useQueryClient();
  const [file, setFile] = useState<{ readonly name: string; readonly csv: string }>();
  const [problem, setProblem] = useState('');
  const [disableMissing, setDisableMissing] = useState(false);
  const check = useMutation({
    mutationFn: (body: { readonly csv: string; readonly disableMissing: boolean }) =>
      call('POST /api/v1/users/import', { body: { ...body, apply: false } }),
  });
  const apply = useMutation({
    mutationFn: (csv: string) => call('POST /api/v1/users/import', { body: { csv, disableMissing, apply: true } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['users'] }),
  });
  const read = async (chosen: File | null): Promise<void> => {
    if (chosen === null) return;
    apply.reset();
    if (chosen.size > MOST_BYTES) {
      setProblem(`${chosen.name} has ${(chosen.size / 1e6).toFixed(1)} MB; at most 5 are read at once. Split it.`);
      return;
    }
    setProblem('');
    const csv = await chosen.text();
    setFile({ name: chosen.name, csv });
    check.mutate({ csv, disableMissing });
  };
  const plan = check.data;
  const changes = plan === undefined ? 0 : plan.created + plan.updated + plan.disabled;
  if (apply.data !== undefined) {
    return (
      <Modal opened onClose={onClose} title="The file was imported" size={560}>
        <div className={classes['form']}>
          <Plan plan={apply.data} isDone />
          <div className={classes['buttons']}>
            <Button onClick={onClose}>Close</Button>
          </div>
        </div>
      </Modal>
    );
  }
  return (
    <Modal opened onClose={onClose} title="Which file has the people?" size={560}>
      <div className={classes['form']}>
        <p className={classes['text']}>
          A CSV file whose first line names its columns: <code>email</code>, <code>name</code>, and where known{' '}
          <code>manager</code> (an email), <code>title</code>, <code>department</code>. Columns that are absent stay as
          they are. Nothing is written until the last button.
        </p>
        <div className={classes['file']}>
          <FileButton accept=".csv,.tsv,.txt,text/csv" onChange={(chosen) => void read(chosen)}>
            {(props) => (
              <Button
                {...props}
                variant={file === undefined ? 'filled' : 'default'}
                leftSection={<IconFileUpload size={16} stroke={1.6} aria-hidden />}
              >
                {file === undefined ? 'Choose a file' : 'Choose another file'}
              </Button>
            )}
          </FileButton>
          {file !== undefined && <span dir="auto">{file.name}</span>}
        </div>
        <Checkbox
          label="Disable everybody who is not in this file"
          description="They are signed out and cannot sign in. You and Super Administrators stay."
          checked={disableMissing}
          onChange={({ currentTarget }) => {
            setDisableMissing(currentTarget.checked);
            if (file !== undefined) check.mutate({ csv: file.csv, disableMissing: currentTarget.checked });
          }}
        />
        {problem !== '' && <Note tone="critical" title={problem} />}
        {check.isError && <ErrorNote error={check.error} />}
        {plan !== undefined && <Plan plan={plan} />}
        {apply.isError && <ErrorNote error={apply.error} />}
        <div className={classes['buttons']}>
          <Button variant="subtle" onClick={onClose}>
            Cancel
          </Button>
          {file !== undefined && plan !== undefined && (
            <Button
              loading={apply.isPending || check.isPending}
              disabled={changes === 0}
              onClick={() => apply.mutate(file.csv)}
            >
              {changes === 0 ? 'Nothing to import' : `Import ${changes.toLocaleString('en')} changes`}
            </Button>
          )}
        </div>
      </div>
    </Modal>
  );
}

interface PlanShown {
  readonly created: number;
  readonly updated: number;
  readonly disabled: number;
  readonly unchanged: number;
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

const MOST_PROBLEMS = 100;

function Plan({ plan, isDone = false }: { readonly plan: PlanShown; readonly isDone?: boolean }) {
  const { created, updated, disabled, unchanged, problems } = plan;
  const parts = [
    [created, 'added'],
    [updated, 'changed'],
    [disabled, 'disabled'],
    [unchanged, 'as they are'],
  ] as const;
  return (
    <>
      <dl className={classes['plan']} role="status">
        {parts.map(([count, word]) => (
          <div key={word}>
            <dd>{count.toLocaleString('en')}</dd>
            <dt>{word}</dt>
          </div>
        ))}
      </dl>
      {problems.length > 0 && (
        <Note
          tone="medium"
          title={
            problems.length === 1
              ? `One problem. ${isDone ? 'That line was left out.' : 'Its line is left out.'}`
              : `${problems.length.toLocaleString('en')} problems. ${isDone ? 'Those lines were left out.' : 'Their lines are left out.'}`
          }
        >
          <ul className={classes['problems']} tabIndex={0} aria-label="Problems by line">
            {problems.slice(0, MOST_PROBLEMS).map(({ line, message }, index) => (
              <li key={`${line} ${index}`}>
                <strong>Line {line}</strong> <span dir="auto">{message}</span>
              </li>
            ))}
            {problems.length > MOST_PROBLEMS && <li>… and {problems.length - MOST_PROBLEMS} more.</li>}
          </ul>
        </Note>
      )}
    </>
  );
}
