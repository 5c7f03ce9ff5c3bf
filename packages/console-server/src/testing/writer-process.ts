import { openStore, type StorePlace } from '../store/open-store.ts';

type Order = StorePlace & { readonly first: number; readonly last: number };

/**
 * A process that opens a store and writes pairs of rows, each pair in a transaction, and tells its parent about each that
 * was kept. The parent kills it.
 */
async function work(order: Order): Promise<void> {
  const store = await openStore({ ...order, clock: { now: () => Date.now(), sleep: async () => {} } });
  process.send?.('open');
  let next = order.first;
  const write = async (): Promise<void> => {
    while (next <= order.last) {
      const number = next++;
      await store.transaction(async (trx) => {
        const row = { value: 'x'.repeat(2_000), updated_ms: number };
        await trx
          .insertInto('settings')
          .values({ name: `one ${number}`, ...row })
          .execute();
        await trx
          .insertInto('settings')
          .values({ name: `other ${number}`, ...row })
          .execute();
      });
      process.send?.(number);
    }
  };
  await Promise.all([write(), write(), write()]);
  await store.close();
  process.disconnect?.();
}

process.once('message', (order: Order) => void work(order));
