import KSUID from 'ksuid';
import type { Clock } from '../clock.ts';
import { outboxPlace, type SecretBox } from '../settings/secret-box.ts';
import { readSetting } from '../settings/settings.ts';
import type { Mailer } from './mailer.ts';
import { mailSetting } from './smtp.ts';

/** What stands in place of what only the addressee may read. */
const MASK = '••••••';

export const NO_SERVER = 'No mail server is set up, so this was not sent. Set one up in Settings.';

export interface OutboxParts {
  readonly clock: Clock;
  readonly box: SecretBox;
}

/** Puts mails into the outbox. Without a mail server they stay there, for people to see what would have been sent. */
export function createMailer({ clock, box }: OutboxParts): Mailer {
  return {
    async send(trx, { to, subject, text, secrets }) {
      const now = clock.now();
      const id = KSUID.randomSync(new Date(now)).string;
      const isSetUp = (await readSetting(trx, mailSetting)) !== null;
      await trx
        .insertInto('outbox')
        .values({
          id,
          to_address: to,
          subject: oneLine(subject),
          sealed_text: box.seal(isSetUp ? text : masked(text, secrets), outboxPlace(id)),
          shown_text: masked(text, secrets),
          state: isSetUp ? 'WAITING' : 'NOT_SENT',
          reason: isSetUp ? '' : NO_SERVER,
          attempts: 0,
          next_attempt_ms: now,
          created_ms: now,
          sent_ms: null,
        })
        .execute();
    },
  };
}

function masked(text: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret !== '').reduce((shown, secret) => shown.replaceAll(secret, MASK), text);
}

/** Names from outside end up in subjects. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
