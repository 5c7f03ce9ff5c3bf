import type { ConnectorListener } from '@baton-ts/console-api';
import { Button, CopyButton } from '@mantine/core';
import { IconDownload, IconLoader2 } from '@tabler/icons-react';
import { Card } from '../../components/card.tsx';
import { Note } from '../../components/note.tsx';
import classes from './credentials.module.css';
import { saveText } from './save-text.ts';

const authorityFile = 'console-ca.pem';

/** Exactly what to do on the other machine, with the values of this console. */
export function StartInstructions({
  listener: { host, authority, authorityValidUntil },
  clientId,
  isWaiting,
}: {
  readonly listener: ConnectorListener;
  /** Undefined before the first Rotate. */
  readonly clientId: string | undefined;
  readonly isWaiting: boolean;
}) {
  const lines = [
    `export BATON_CLIENT_ID='${clientId ?? 'the client id that Rotate shows'}'`,
    `export BATON_CLIENT_SECRET='the secret that you stored'`,
    ...(authority === null ? [] : [`export NODE_EXTRA_CA_CERTS="$PWD/${authorityFile}"`]),
    `export BATON_SENDGRID_API_KEY='the API key of SendGrid'`,
    'baton-sendgrid',
  ].join('\n');
  const isHere = /^(localhost|127\.|\[::1\])/.test(host);
  return (
    <Card
      title="Start the connector"
      action={
        <a className={classes['guide']} href="/connectors/guide/baton" target="_blank" rel="noreferrer">
          Set-up guide
        </a>
      }
    >
      {isHere && (
        <div className={classes['note']}>
          <Note tone="medium" title={`Client ids lead to ${host}, which only this machine reaches.`}>
            For a connector on another machine, start the console with <code>--connector-host</code> and the name by
            which that machine reaches it, and with <code>--host 0.0.0.0</code>; then Rotate.
          </Note>
        </div>
      )}
      <ol className={classes['steps']}>
        <li>
          <strong>Rotate, and store the client id and the secret</strong> where the connector will read them.
        </li>
        {authority !== null && (
          <li>
            <strong>Put the console’s certificate authority beside it.</strong> It vouches for the console’s
            certificate, which other machines do not trust without it. The file is no secret
            {authorityValidUntil !== null && `; it is valid until ${yearText(authorityValidUntil)}`}.
            <div className={classes['row']}>
              <Button
                size="sm"
                variant="default"
                leftSection={<IconDownload size={14} stroke={1.7} aria-hidden />}
                onClick={() => saveText(authorityFile, authority)}
              >
                Download {authorityFile}
              </Button>
            </div>
          </li>
        )}
        <li>
          <strong>Start it in service mode</strong>, here baton-sendgrid; any other Baton connector takes the same two
          values. It calls <code>{host}</code> by itself: no port has to be opened on its side.
          <div className={classes['block']}>
            <pre>{lines}</pre>
            <CopyButton value={lines}>
              {({ copied, copy }) => (
                <Button size="sm" variant="default" aria-label="Copy the commands" onClick={copy}>
                  {copied ? 'Copied' : 'Copy'}
                </Button>
              )}
            </CopyButton>
          </div>
          {authority !== null && (
            <p className={classes['hint']}>
              A connector that is written in Go reads the file from <code>SSL_CERT_FILE</code> instead.
            </p>
          )}
        </li>
      </ol>
      {isWaiting && (
        <p className={classes['waiting']} role="status">
          <IconLoader2 size={14} stroke={1.7} aria-hidden />
          Waiting for the connector to call. This page shows it at once.
        </p>
      )}
    </Card>
  );
}

function yearText(at: string): string {
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}
