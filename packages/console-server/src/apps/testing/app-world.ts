import { createAuditLog } from '../../audit/append.ts';
import type { Actor, RequestContext } from '../../domain/actor.ts';
import type { Store } from '../../store/store.ts';
import { appRoutes } from '../app-routes.ts';
import type { AppParts } from '../change-apps.ts';
import { NOW_MS, newActor, SyncedApp } from './synced-app.ts';

/** Two apps of two owners, seen by an administrator and by each owner. */
export async function startAppWorld(store: Store) {
  const clock = { now: () => NOW_MS, sleep: async () => {} };
  const matched: string[] = [];
  const rematch: AppParts['rematch'] = async (_trx, appId) => matched.push(appId);
  const routes = appRoutes({ store, clock, audit: createAuditLog({ store, clock }), rematch });
  const admin = await newActor(store, 'Ines', ['SUPER_ADMINISTRATOR']);
  const owner = await newActor(store, 'Mei', ['APPLICATION_ADMINISTRATOR']);
  const stranger = await newActor(store, 'Kofi', ['APPLICATION_ADMINISTRATOR']);
  const app = await new SyncedApp(store).create('SendGrid', [owner.id]);
  const other = await new SyncedApp(store).create('Payroll', [stranger.id]);
  return { store, routes, admin, owner, stranger, app, other, matched };
}

export function asActor(actor: Actor): RequestContext {
  return { actor, requestId: 'req_1', ip: '192.0.2.1', signal: new AbortController().signal };
}
