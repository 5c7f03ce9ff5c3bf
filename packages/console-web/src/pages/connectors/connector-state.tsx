import type { Connector } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { useMay } from '../../api/session.ts';
import { ErrorNote, Note } from '../../components/note.tsx';
import { When } from '../../components/when.tsx';
import classes from './connector-state.module.css';
import { errorParts, errorSteps } from './error-advice.ts';
import { comingText } from './schedule-text.ts';
import { useConnectorActions } from './use-connector-actions.ts';

interface StateProps {
  readonly connector: Connector;
  readonly onLog: () => void;
  /** Undefined for a connector without a secret here. */
  readonly onReplaceKey: (() => void) | undefined;
}

/** What is not as it should be: what happened, what is still true, what to do. Nothing while all is well. */
export function ConnectorState(props: StateProps) {
  const { connector } = props;
  if (connector.status === 'PAUSED') return <Paused {...props} />;
  if (connector.heldBack !== null && connector.status !== 'SYNCING') return <HeldBack {...props} />;
  if (connector.status === 'ERROR') return <Failed {...props} />;
  if (connector.status === 'NOT_CONNECTED' && connector.catalogId === 'sendgrid') return <Missing {...props} />;
  return null;
}

function Failed({ connector, onLog, onReplaceKey }: StateProps) {
  const may = useMay('connectors.manage');
  const { sync } = useConnectorActions(connector);
  const { failures, nextSyncAt } = connector;
  const lastError = connector.lastError ?? 'The last sync failed, and the connector did not say why.';
  const steps = errorSteps(lastError);
  const { title, rest } = errorParts(lastError);
  return (
    <Note tone="critical" title={title}>
      <p className={classes['words']}>
        {steps.length === 0 && rest !== '' && `${rest} `}
        <StillTrue connector={connector} />
      </p>
      {steps.length > 0 && (
        <ol className={classes['steps']}>
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      {sync.isError && <ErrorNote error={sync.error} />}
      <div className={classes['buttons']}>
        {may && (
          <Button size="md" loading={sync.isPending} onClick={() => sync.mutate()}>
            Try again
          </Button>
        )}
        {may && onReplaceKey !== undefined && (
          <Button size="md" variant="default" onClick={onReplaceKey}>
            Use another key
          </Button>
        )}
        <Button size="md" variant="default" onClick={onLog}>
          Open log
        </Button>
        <span>
          {failures === 1 ? '1 try failed' : `${failures} tries in a row failed`}
          {nextSyncAt !== null && `, next ${comingText(new Date(nextSyncAt), new Date())}`}
        </span>
      </div>
    </Note>
  );
}

function HeldBack({ connector, onLog }: StateProps) {
  const may = useMay('connectors.manage');
  const { apply, sync } = useConnectorActions(connector);
  const failure = apply.error ?? sync.error;
  return (
    <Note tone="medium" title={`Held back: ${connector.heldBack?.summary ?? 'data dropped'}`}>
      <p className={classes['words']}>
        The new data is not applied until somebody says that it is right. <StillTrue connector={connector} /> If the
        source is wrong, mend it and sync again.
      </p>
      {failure !== null && <ErrorNote error={failure} />}
      <div className={classes['buttons']}>
        {may && (
          <>
            <Button size="md" loading={apply.isPending} onClick={() => apply.mutate()}>
              Apply the changes
            </Button>
            <Button size="md" variant="default" loading={sync.isPending} onClick={() => sync.mutate()}>
              Sync again
            </Button>
          </>
        )}
        <Button size="md" variant="default" onClick={onLog}>
          Open log
        </Button>
      </div>
    </Note>
  );
}

function Paused({ connector }: StateProps) {
  const may = useMay('connectors.manage');
  const { resume } = useConnectorActions(connector);
  const { pausedBy, pausedAt } = connector;
  return (
    <Note title={pausedBy === null ? 'Paused' : `Paused by ${pausedBy.displayName}`}>
      <p className={classes['words']}>
        {pausedAt !== null && (
          <>
            Since <When at={pausedAt} />.{' '}
          </>
        )}
        Nothing is read and no change is made until it is resumed, which starts a sync.{' '}
        <StillTrue connector={connector} />
      </p>
      {resume.isError && <ErrorNote error={resume.error} />}
      {may && (
        <div className={classes['buttons']}>
          <Button size="md" variant="default" loading={resume.isPending} onClick={() => resume.mutate()}>
            Resume
          </Button>
        </div>
      )}
    </Note>
  );
}

function Missing({ connector, onReplaceKey }: StateProps) {
  const may = useMay('connectors.manage');
  return (
    <Note title="One step is left: the API key.">
      <p className={classes['words']}>
        {connector.statusReason !== '' && `${connector.statusReason}. `}The first sync starts when it is saved under
        Settings.{' '}
        <a href="/connectors/guide/sendgrid" target="_blank" rel="noreferrer">
          How to make one
        </a>
      </p>
      {may && onReplaceKey !== undefined && (
        <div className={classes['buttons']}>
          <Button size="md" onClick={onReplaceKey}>
            Enter the API key
          </Button>
        </div>
      )}
    </Note>
  );
}

function StillTrue({ connector: { lastGoodSyncAt } }: { readonly connector: Connector }) {
  if (lastGoodSyncAt === null) return 'Nothing has been read yet.';
  return (
    <>
      The console still shows the data of <When at={lastGoodSyncAt} />; nothing was removed.
    </>
  );
}
