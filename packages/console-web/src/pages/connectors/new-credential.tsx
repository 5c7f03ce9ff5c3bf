import { Button, CopyButton } from '@mantine/core';
import { ShownOnce } from '../../components/shown-once.tsx';
import classes from './credentials.module.css';

/** What Rotate made, to be stored now. */
export function NewCredential({
  clientId,
  clientSecret,
  onDone,
}: {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly onDone: () => void;
}) {
  return (
    <ShownOnce
      title="A new client id and secret"
      values={[
        ['Client ID', clientId],
        ['Client secret', clientSecret],
      ]}
      onDone={onDone}
    >
      <div className={classes['both']}>
        <CopyButton value={`BATON_CLIENT_ID='${clientId}'\nBATON_CLIENT_SECRET='${clientSecret}'\n`}>
          {({ copied, copy }) => (
            <Button size="sm" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy both as environment variables'}
            </Button>
          )}
        </CopyButton>
        <p className={classes['hint']}>
          The connector reads <code>BATON_CLIENT_ID</code> and <code>BATON_CLIENT_SECRET</code>. The console keeps only
          the public half.
        </p>
      </div>
    </ShownOnce>
  );
}
