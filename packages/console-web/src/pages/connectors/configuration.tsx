import type { ConfigField, Connector } from '@baton-ts/console-api';
import { Facts } from '../../components/card.tsx';
import { When } from '../../components/when.tsx';
import classes from './connector-log.module.css';
import { kindNames } from './kind-names.ts';
import { everyText } from './schedule-text.ts';

/** With which settings it works now, by the names that its program knows. Secrets only as when they were saved. */
export function Configuration({
  connector,
  fields,
}: {
  readonly connector: Connector;
  readonly fields: readonly ConfigField[];
}) {
  const { id, catalogId, schedule, pauseOnAnomaly, provisioning, config, savedSecrets, createdAt } = connector;
  return (
    <div className={classes['body']}>
      <Facts
        facts={[
          ['Connector ID', <code key="id">{id}</code>],
          ['Runs', kindNames[catalogId]],
          ['Added', <When key="at" at={createdAt} />],
          ['Schedule', everyText(schedule)],
          ['Hold back', pauseOnAnomaly ? 'yes, when half of a kind disappears' : 'no'],
          ['Changes', provisioning ? 'allowed' : 'not allowed'],
          ...fields.map(({ name, kind, defaultValue }): readonly [string, React.ReactNode] => {
            const saved = savedSecrets[name];
            if (kind === 'secret') {
              return [name, saved === undefined ? 'not set' : <SavedSecret key={name} saved={saved} />];
            }
            const isDefault = config[name] === undefined;
            const value = config[name] ?? defaultValue;
            const text = Array.isArray(value) ? value.join(', ') : String(value ?? '');
            return [name, `${text === '' ? 'empty' : text}${isDefault ? ' (default)' : ''}`];
          }),
        ]}
      />
    </div>
  );
}

function SavedSecret({ saved }: { readonly saved: Connector['savedSecrets'][string] }) {
  return (
    <>
      saved <When at={saved.savedAt} /> by {saved.savedBy}
    </>
  );
}
