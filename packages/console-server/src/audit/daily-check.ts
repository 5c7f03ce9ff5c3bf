import type { Logger } from '@baton-ts/c1-server';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Mailer } from '../mail/mailer.ts';
import { readSetting, type Setting, writeSetting } from '../settings/settings.ts';
import { withLease } from '../store/leases.ts';
import type { Store } from '../store/store.ts';
import { readAnchors } from './anchors.ts';
import { verifyChain } from './verify.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Another process takes over a check whose process died after this. */
const LEASE_MS = 60_000;

const lastCheck: Setting<{ atMs: number }> = {
  name: 'audit-check',
  schema: z.object({ atMs: z.number() }),
  initial: { atMs: 0 },
};

export interface DailyCheckParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly mailer: Mailer;
  readonly logger: Logger;
  readonly dataDir: string;
  readonly instanceName: () => Promise<string>;
  /** Who works, for the table of leases. */
  readonly holder: string;
}

/**
 * Proves once a day, by one process of all, that the system log is whole. When it is not, every Super Administrator gets a
 * mail, each day anew.
 *
 * @returns whether it was checked now
 */
export async function checkDaily(parts: DailyCheckParts, signal: AbortSignal): Promise<boolean> {
  const { store, clock, dataDir, logger, holder } = parts;
  const isDue = async () => clock.now() - (await readSetting(store.db, lastCheck)).atMs >= DAY_MS;
  if (!(await isDue())) return false;
  const turn = await withLease({ store, clock, name: 'audit-check', holder, ttlMs: LEASE_MS }, async (lost) => {
    if (!(await isDue())) return false;
    const { whole, records, brokenAt, reason } = await verifyChain(
      store.db,
      await readAnchors(dataDir),
      AbortSignal.any([signal, lost]),
    );
    if (whole) logger.info('the system log is whole', { records });
    else logger.error('the system log is not whole', { broken_at: brokenAt, reason });
    const name = await parts.instanceName();
    await store.transaction(async (trx) => {
      await writeSetting(trx, lastCheck, { atMs: clock.now() }, clock.now());
      if (whole) return;
      const administrators = await trx
        .selectFrom('people')
        .select(['email', 'display_name'])
        .where('status', '=', 'ENABLED')
        .where('roles', 'like', '%"SUPER_ADMINISTRATOR"%')
        .execute();
      for (const { email, display_name } of administrators) {
        await parts.mailer.send(trx, {
          to: email,
          subject: `The system log of ${name} is not whole`,
          text: [
            `Hello ${display_name},`,
            `today's check found that record ${brokenAt} of the system log was changed, removed or added outside the console. ${reason}`,
            'Compare with your last backup, and find out who can write to the database.',
          ].join('\n\n'),
          secrets: [],
        });
      }
    });
    return true;
  });
  return turn.held && turn.result;
}
