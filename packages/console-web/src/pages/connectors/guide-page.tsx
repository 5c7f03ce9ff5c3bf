import { useParams } from '@tanstack/react-router';
import { Page, PageHead } from '../../layout/page.tsx';
import classes from './guide-page.module.css';

/** How to set a connector up: what has to be done outside the console, and with which rights. */
export function GuidePage() {
  const { catalogId } = useParams({ from: '/inside/connectors/guide/$catalogId' });
  const title = catalogId === 'baton' ? 'Set up a self-hosted connector' : 'Set up Twilio SendGrid';
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'Integrations' },
        { label: 'Connectors', link: { to: '/connectors' } },
        { label: 'Set-up guide' },
      ]}
    >
      <PageHead title={title} />
      <div className={classes['guide']}>{catalogId === 'baton' ? <SelfHosted /> : <SendGrid />}</div>
    </Page>
  );
}

const rights = [
  ['Teammates, invitations, their permissions', 'teammates.read', 'needed'],
  ['Subusers and who may act in them', 'subusers.read', 'left out without it'],
  ['API keys, when Sync API keys is on', 'api_keys.read', 'needed then'],
  ['Changes', 'teammates.create, teammates.update, teammates.delete', 'needed when changes are allowed'],
  ['Changes of single sign-on teammates', 'sso.teammates.create, sso.teammates.update', 'for these only'],
] as const;

function SendGrid() {
  return (
    <>
      <h2>Make an API key</h2>
      <ol>
        <li>In SendGrid open Settings, API Keys, as the owner or an admin.</li>
        <li>Create a key with Restricted Access and the rights below, or with Full Access.</li>
        <li>Copy it at once: SendGrid shows it only then. It starts with “SG.” and has 69 characters.</li>
      </ol>
      <h2>Rights of the key</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">For</th>
            <th scope="col">Scope</th>
            <th scope="col">Without it</th>
          </tr>
        </thead>
        <tbody>
          {rights.map(([what, scopes, without]) => (
            <tr key={what}>
              <td>{what}</td>
              <td>
                <code>{scopes}</code>
              </td>
              <td>{without}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2>Connect</h2>
      <ol>
        <li>On the connector’s page open Settings, Edit, paste the key and choose the region of the account.</li>
        <li>Save. The label turns Syncing, then Connected; the log shows what is read.</li>
        <li>Look at Apps, Managed apps: accounts and permissions are there.</li>
      </ol>
      <p>
        The key is stored encrypted and never shown again. Changes stay off until you allow them. A key that lacks a
        right is refused by the name of the right, before anything is written.
      </p>
    </>
  );
}

function SelfHosted() {
  return (
    <>
      <h2>What it is</h2>
      <p>
        A Baton connector runs on a machine of yours, reads its app with a key that never leaves that machine, and calls
        the console by TLS. No port is opened on its side. The console shows what it brings under its own name.
      </p>
      <h2>Connect</h2>
      <ol>
        <li>Add the connector Baton and choose its app.</li>
        <li>On its page choose Rotate and store the client id and the secret; the secret is shown once.</li>
        <li>
          Where the console made its certificate itself, download <code>console-ca.pem</code> there and put it beside
          the connector. A program for Node.js reads it from <code>NODE_EXTRA_CA_CERTS</code>, one in Go from{' '}
          <code>SSL_CERT_FILE</code>. With a certificate of your own (<code>--tls-cert</code>, <code>--tls-key</code>)
          no file is needed.
        </li>
        <li>
          Start the program with <code>BATON_CLIENT_ID</code>, <code>BATON_CLIENT_SECRET</code> and its own settings,
          such as <code>BATON_SENDGRID_API_KEY</code>. The page turns Syncing, then Connected.
        </li>
      </ol>
      <h2>From another machine</h2>
      <p>
        Every client id holds the name and port of the console’s listener for connectors. Start the console with{' '}
        <code>--connector-host console.example.com</code>, <code>--connector-port 8443</code> and{' '}
        <code>--host 0.0.0.0</code>, and let that port in. With another name rotate, since it is a part of the client
        id; the authority stays.
      </p>
      <h2>Move to a new secret</h2>
      <p>
        Rotate makes another pair; the one before stays valid. Start the connector with the new one, see under Client ID
        that it is used, then revoke the old one.
      </p>
    </>
  );
}
