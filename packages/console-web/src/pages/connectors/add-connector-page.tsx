import type { CatalogEntry, PersonRef } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { useSession } from '../../api/session.ts';
import { ErrorNote } from '../../components/note.tsx';
import { Page } from '../../layout/page.tsx';
import classes from './add-connector.module.css';
import { ChooseApp, type ChosenApp } from './choose-app.tsx';
import { ChooseConnector } from './choose-connector.tsx';
import { ChooseOwners } from './choose-owners.tsx';
import { type WizardStep, WizardSteps } from './wizard-steps.tsx';

/** What will be added, where, and who looks after it. Nothing is written until the last button; Back keeps everything. */
export function AddConnectorPage() {
  const session = useSession();
  const [step, setStep] = useState<WizardStep>('connector');
  const [search, setSearch] = useState('');
  const [entry, setEntry] = useState<CatalogEntry>();
  const [app, setApp] = useState<ChosenApp>({ kind: 'new', displayName: '' });
  const [owners, setOwners] = useState<readonly PersonRef[]>(session === null ? [] : [session.user]);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: (chosen: CatalogEntry) =>
      call('POST /api/v1/connectors/create', {
        body: {
          catalogId: chosen.catalogId,
          displayName: chosen.displayName,
          app: app.kind === 'new' ? app : { kind: 'existing', appId: app.appId },
          userIds: owners.map(({ id }) => id),
        },
      }),
    onSuccess: async ({ connector }) => {
      await queries.invalidateQueries();
      await navigate({
        to: '/apps/$appId/connectors/$connectorId',
        params: { appId: connector.appId, connectorId: connector.id },
      });
    },
  });
  const isAppChosen = app.kind === 'new' ? app.displayName.trim() !== '' : app.appId !== '';
  const mayCreate = owners.length > 0 && !create.isPending;
  const goOn = (): void => {
    if (step === 'app' && isAppChosen) setStep('owners');
    if (step === 'owners' && mayCreate && entry !== undefined) create.mutate(entry);
  };
  useHotkeys([['mod+Enter', goOn]], []);
  return (
    <Page
      title="Add connector"
      crumbs={[
        { label: 'Integrations' },
        { label: 'Connectors', link: { to: '/connectors' } },
        { label: 'Add connector' },
      ]}
      actions={
        <Button component={Link} to="/connectors" size="sm" variant="subtle">
          Cancel
        </Button>
      }
    >
      <div className={classes['wizard']}>
        <WizardSteps step={step} catalogId={entry?.catalogId} />
        <div className={classes['form']}>
          {step === 'connector' && (
            <ChooseConnector
              text={search}
              onSearch={setSearch}
              onChoose={(chosen) => {
                if (chosen.catalogId !== entry?.catalogId) {
                  setEntry(chosen);
                  setApp({ kind: 'new', displayName: chosen.catalogId === 'sendgrid' ? 'SendGrid' : '' });
                }
                setStep('app');
              }}
            />
          )}
          {step === 'app' && entry !== undefined && (
            <ChooseApp entry={entry} app={app} onChange={setApp} onSubmit={goOn} />
          )}
          {step === 'owners' && <ChooseOwners owners={owners} onChange={setOwners} />}
          {step === 'owners' && create.isError && <ErrorNote error={create.error} />}
        </div>
      </div>
      {step !== 'connector' && (
        <footer className={classes['footer']}>
          <Button variant="subtle" onClick={() => setStep(step === 'owners' ? 'app' : 'connector')}>
            Back
          </Button>
          <span>{step === 'owners' && outcome(app, owners, session?.user.id)}</span>
          <span className={classes['keys']} aria-hidden>
            <kbd>Ctrl</kbd> <kbd>Enter</kbd>
          </span>
          {step === 'app' ? (
            <Button disabled={!isAppChosen} onClick={goOn}>
              Next
            </Button>
          ) : (
            <Button disabled={owners.length === 0} loading={create.isPending} onClick={goOn}>
              Create connector
            </Button>
          )}
        </footer>
      )}
    </Page>
  );
}

/** What the last button does besides making the connector. */
function outcome(app: ChosenApp, owners: readonly PersonRef[], me: string | undefined): string {
  const mailed = owners.filter(({ id }) => id !== me).map(({ displayName }) => displayName);
  const mail =
    mailed.length === 0
      ? ''
      : ` ${mailed.join(', ')} ${mailed.length === 1 ? 'gets' : 'get'} an email with a link to finish set-up.`;
  const place = app.kind === 'new' ? `Makes the app ${app.displayName.trim()}.` : `Adds it to ${app.displayName}.`;
  return `${place}${mail}`;
}
