import { smtpSettings } from '@baton-ts/console-api';
import { createTransport } from 'nodemailer';
import type { z } from 'zod';
import { type SecretBox } from '../settings/secret-box.ts';
import { readSecret } from '../settings/secrets.ts';
import { readSetting, type Setting } from '../settings/settings.ts';
import type { Db } from '../store/store.ts';

export type SmtpSettings = z.infer<typeof smtpSettings>;

/** Null while no mail server is set up. */
export const mailSetting: Setting<SmtpSettings | null> = {
  name: 'mail',
  schema: smtpSettings.nullable(),
  initial: null,
};

/** Where the password is among the sealed secrets. */
export const mailPassword = { owner: 'mail', name: 'password' } as const;

/** A server that takes longer than this to take a mail is taken for one that does not answer. */
const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 30_000;

export interface Mail {
  /** Names the mail for good, so that a server that gets it twice can tell. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export type Delivery =
  | { readonly delivered: true }
  /** @property final another try would end the same way */
  | { readonly delivered: false; readonly reason: string; readonly final: boolean };

/** Hands mails to the server of the settings. */
export interface SmtpClient {
  deliver(mail: Mail): Promise<Delivery>;
}

/** @returns undefined while no mail server is set up */
export async function smtpClient(db: Db, box: SecretBox): Promise<SmtpClient | undefined> {
  const settings = await readSetting(db, mailSetting);
  if (settings === null) return undefined;
  const { host, port, security, username, from } = settings;
  const password = await readSecret(db, box, mailPassword.owner, mailPassword.name);
  const transport = createTransport({
    host,
    port,
    secure: security === 'TLS',
    requireTLS: security === 'STARTTLS',
    ignoreTLS: security === 'NONE',
    ...(username === '' ? {} : { auth: { user: username, pass: password ?? '' } }),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: ANSWER_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async deliver({ id, to, subject, text }) {
      try {
        const messageId = `<${id}@${domainOf(from)}>`;
        await transport.sendMail({ from, to: { name: '', address: to }, subject, text, messageId });
        return { delivered: true };
      } catch (error) {
        return { delivered: false, ...failure(error, settings) };
      }
    },
  };
}

/** Of `Console <console@example.com>` and of the plain address. */
function domainOf(from: string): string {
  return /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
}

function failure(error: unknown, { host, port, security }: SmtpSettings): { reason: string; final: boolean } {
  const { code, responseCode } = error as { readonly code?: unknown; readonly responseCode?: unknown };
  const server = `The mail server ${host}:${port}`;
  const said = typeof responseCode === 'number' ? ` It said ${responseCode}.` : '';
  const isFinal = typeof responseCode === 'number' && responseCode >= 500;
  switch (code) {
    case 'EAUTH':
    case 'ENOAUTH':
    case 'EOAUTH2':
      return {
        reason: `${server} refused the username or the password.${said} Correct them in Settings.`,
        final: false,
      };
    case 'EENVELOPE':
      return { reason: `${server} does not take mail from this sender to this address.${said}`, final: isFinal };
    case 'EMESSAGE':
      return { reason: `${server} refused the mail.${said}`, final: isFinal };
    case 'ETLS':
    case 'EREQUIRETLS':
      return {
        reason: `${server} and the console agreed on no encryption (${security}). Change it in Settings.`,
        final: false,
      };
    case 'EDNS':
      return { reason: `There is no host named ${host}. Correct it in Settings.`, final: false };
    case 'ETIMEDOUT':
      return { reason: `${server} does not answer. Check host, port and firewall.`, final: false };
    default:
      return {
        reason: `${server} cannot be reached, or broke the connection.${said} Check host, port and encryption.`,
        final: false,
      };
  }
}
