import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Transaction } from 'kysely';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { KeyRing } from './key-ring.ts';
import { outboxPlace, type SecretBox, secretBox } from './secret-box.ts';
import { secretPlace } from './secrets.ts';

/** So many rows in one transaction, so that a running server never waits long. */
const ROWS_AT_ONCE = 200;

/**
 * Seals everything that is sealed with the newest key. It can be stopped and run again at any time: both keys open until
 * it is through.
 *
 * @returns how many texts it sealed again
 * @throws BatonError `FailedPrecondition` when the key comes from `BATON_CONSOLE_KEY` and there is no new one in it
 */
export async function rotateKey(store: Store, ring: KeyRing): Promise<number> {
  if (ring.addKey === undefined && ring.keys().length === 1) {
    throw new BatonError(
      Code.FailedPrecondition,
      'The key comes from BATON_CONSOLE_KEY. Set it to the new key, a comma and the old key, and run this again.',
    );
  }
  // Nothing may be left that only the key before the last opens: adding one forgets it.
  const early = await sealAgain(store, secretBox(ring));
  if (ring.addKey === undefined) return early;
  ring.addKey();
  return await sealAgain(store, secretBox(ring));
}

async function sealAgain(store: Store, box: SecretBox): Promise<number> {
  let count = 0;
  for (const sealSome of [sealSecrets, sealMails]) {
    for (;;) {
      const sealed = await store.transaction((trx) => sealSome(trx, box));
      if (sealed === 0) break;
      count += sealed;
    }
  }
  return count;
}

/** What a server changes meanwhile is sealed with the newest key already, and stays as it is. */
async function sealSecrets(trx: Transaction<Tables>, box: SecretBox): Promise<number> {
  const rows = await trx
    .selectFrom('secrets')
    .select(['owner', 'name', 'sealed'])
    .where('sealed', 'not like', `${box.currentPrefix()}%`)
    .limit(ROWS_AT_ONCE)
    .execute();
  for (const { owner, name, sealed } of rows) {
    const place = secretPlace(owner, name);
    await trx
      .updateTable('secrets')
      .set({ sealed: box.seal(box.open(sealed, place), place) })
      .where('owner', '=', owner)
      .where('name', '=', name)
      .where('sealed', '=', sealed)
      .execute();
  }
  return rows.length;
}

async function sealMails(trx: Transaction<Tables>, box: SecretBox): Promise<number> {
  const rows = await trx
    .selectFrom('outbox')
    .select(['id', 'sealed_text'])
    .where('sealed_text', 'not like', `${box.currentPrefix()}%`)
    .limit(ROWS_AT_ONCE)
    .execute();
  for (const { id, sealed_text } of rows) {
    await trx
      .updateTable('outbox')
      .set({ sealed_text: box.seal(box.open(sealed_text, outboxPlace(id)), outboxPlace(id)) })
      .where('id', '=', id)
      .where('sealed_text', '=', sealed_text)
      .execute();
  }
  return rows.length;
}
