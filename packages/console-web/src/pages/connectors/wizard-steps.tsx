import type { CatalogEntry } from '@baton-ts/console-api';
import { VisuallyHidden } from '@mantine/core';
import classes from './add-connector.module.css';

export type WizardStep = 'connector' | 'app' | 'owners';

const steps: readonly (readonly [WizardStep, string])[] = [
  ['connector', 'Choose a connector'],
  ['app', 'Choose the app'],
  ['owners', 'Name the owners'],
];

/** Where in the wizard this is, and what comes after it. */
export function WizardSteps({
  step,
  catalogId,
}: {
  readonly step: WizardStep;
  readonly catalogId: CatalogEntry['catalogId'] | undefined;
}) {
  const at = steps.findIndex(([one]) => one === step);
  return (
    <ol className={classes['steps']} aria-label="Steps">
      {steps.map(([name, label], index) => (
        <li key={name} aria-current={name === step ? 'step' : undefined} data-done={index < at}>
          {label}
          {index < at && <VisuallyHidden component="span">, done</VisuallyHidden>}
        </li>
      ))}
      <li className={classes['then']}>
        {catalogId === 'baton'
          ? 'Then you make a client id and secret on the connector’s page.'
          : 'Then you paste the API key on the connector’s page.'}
      </li>
    </ol>
  );
}
