import type { Transaction } from 'kysely';
import type { Tables } from '../store/tables.ts';

/** A mail to one person, as plain text. */
export interface OutgoingMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Parts of the text that only the addressee may read, such as a one-time link: masked wherever else the mail is shown. */
  readonly secrets: readonly string[];
}

export interface Mailer {
  /** In the transaction of what the mail tells of, so that neither is without the other. Delivery comes later. */
  send(trx: Transaction<Tables>, mail: OutgoingMail): Promise<void>;
}
