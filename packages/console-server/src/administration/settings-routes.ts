import KSUID from 'ksuid';
import type { Transaction } from 'kysely';
import type { AuditLog } from '../audit/audit-log.ts';
import { changedFields } from '../audit/changes.ts';
import type { Clock } from '../clock.ts';
import type { Routes } from '../http/route.ts';
import { mailPassword, mailSetting, smtpClient } from '../mail/smtp.ts';
import { getPerson } from '../people/person.ts';
import { organizationSetting } from '../settings/organization.ts';
import type { SecretBox } from '../settings/secret-box.ts';
import { deleteSecrets, readSecret, saveSecret } from '../settings/secrets.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';
import { readPage } from '../store/paging.ts';
import { found } from '../store/search-text.ts';
import type { Db, Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

export interface SettingsParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly box: SecretBox;
  /** Finds anew whose the accounts are and which are external, after the trusted domains have changed. */
  readonly rematchAll: (trx: Transaction<Tables>) => Promise<unknown>;
}

const READ = ['settings.read'] as const;
const MANAGE = ['settings.manage'] as const;

/** Organization, mail and the outbox. */
export function settingsRoutes({ store, clock, audit, box, rematchAll }: SettingsParts) {
  const target = (id: string, displayName: string) => ({ kind: 'settings', id, displayName });
  const mailShown = async (db: Db) => ({
    smtp: await readSetting(db, mailSetting),
    passwordSaved: (await readSecret(db, box, mailPassword.owner, mailPassword.name)) !== undefined,
  });

  return {
    'GET /api/v1/settings/organization': {
      access: READ,
      handle: () => readSetting(store.db, organizationSetting),
    },

    'POST /api/v1/settings/organization': {
      access: MANAGE,
      handle: ({ body }, context) =>
        store.transaction(async (trx) => {
          await store.lock(trx, 'settings');
          const before = await readSetting(trx, organizationSetting);
          const given = Object.entries(body).filter(([, value]) => value !== undefined);
          const after = organizationSetting.schema.parse({ ...before, ...Object.fromEntries(given) });
          const changed = changedFields(before, after);
          if (changed === undefined) return before;
          await writeSetting(trx, organizationSetting, after, clock.now());
          if (changed.after['trustedDomains'] !== undefined) await rematchAll(trx);
          await audit.append(trx, context, {
            action: 'settings.organization_changed',
            target: target('organization', 'Organization'),
            ...changed,
          });
          return after;
        }),
    },

    'GET /api/v1/settings/mail': { access: READ, handle: () => mailShown(store.db) },

    'POST /api/v1/settings/mail': {
      access: MANAGE,
      handle: ({ body: { smtp, password } }, context) =>
        store.transaction(async (trx) => {
          await store.lock(trx, 'settings');
          const nowMs = clock.now();
          const before = await readSetting(trx, mailSetting);
          const savedBefore = await readSecret(trx, box, mailPassword.owner, mailPassword.name);
          // A password is for the server that it was entered for: a new host must not be sent the old one.
          const isSameServer = before?.host === smtp?.host && before?.username === smtp?.username;
          const kept = smtp !== null && isSameServer ? savedBefore : undefined;
          const savedAfter = smtp === null ? undefined : password === '' ? undefined : (password ?? kept);
          const changed = changedFields(
            { ...before, password: savedBefore ?? null },
            { ...smtp, password: savedAfter ?? null },
            ['password'],
          );
          if (changed === undefined) return await mailShown(trx);
          await writeSetting(trx, mailSetting, smtp, nowMs);
          if (savedAfter === undefined) await deleteSecrets(trx, mailPassword.owner);
          else if (savedAfter !== savedBefore) {
            await saveSecret(trx, box, {
              ...mailPassword,
              value: savedAfter,
              savedBy: context.actor.displayName,
              nowMs,
            });
          }
          await audit.append(trx, context, {
            action: 'settings.mail_changed',
            target: target('mail', 'Mail'),
            ...changed,
          });
          return await mailShown(trx);
        }),
    },

    'POST /api/v1/settings/mail/test': {
      access: MANAGE,
      async handle(_request, { actor }) {
        const client = await smtpClient(store.db, box);
        if (client === undefined) return { delivered: false, reason: 'No mail server is set up. Save one first.' };
        const { email } = await getPerson(store.db, actor.id);
        const delivery = await client.deliver({
          id: KSUID.randomSync(new Date(clock.now())).string,
          to: email,
          subject: 'Test of the console',
          text: 'This mail shows that the console can send mail.\n',
        });
        return delivery.delivered
          ? { delivered: true, reason: `The mail server has taken a mail to ${email}.` }
          : { delivered: false, reason: delivery.reason };
      },
    },

    'POST /api/v1/search/outbox': {
      access: READ,
      async handle({ body }) {
        let query = store.db
          .selectFrom('outbox')
          .select(['id', 'to_address', 'subject', 'shown_text', 'state', 'reason', 'created_ms', 'sent_ms']);
        const condition = found('outbox.to_address', body.query);
        if (condition !== undefined) query = query.where(condition);
        const { rows, ...page } = await readPage(store.db, query, {
          sorting: { by: 'outbox.created_ms', id: 'outbox.id', descending: true },
          request: body,
          of: body.query,
        });
        const list = rows.map(
          ({ id, to_address: to, subject, shown_text: text, state, reason, created_ms, sent_ms }) => ({
            id,
            to,
            subject,
            text,
            state,
            reason,
            createdAt: new Date(created_ms).toISOString(),
            sentAt: sent_ms === null ? null : new Date(sent_ms).toISOString(),
          }),
        );
        return { ...page, list };
      },
    },
  } satisfies Routes;
}
