import type { C1Server, Logger } from '@baton-ts/c1-server';
import type { CatalogEntry, ConfigField } from '@baton-ts/console-api';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { SecretBox } from '../settings/secret-box.ts';
import type { Store } from '../store/store.ts';

/** What everything about connectors is made of. */
export interface ConnectorParts {
  readonly store: Store;
  /** Files of syncs are below it. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly mailer: Mailer;
  readonly box: SecretBox;
  readonly logger: Logger;
  /** For connectors and credentials; need not listen. */
  readonly c1: Pick<C1Server, 'createConnector' | 'createCredential' | 'revokeCredential'>;
  /** Where self-hosted connectors reach the console, as `host` or `host:port`: part of their client id. */
  readonly connectorHost: string;
  /** What connectors have to trust, in PEM; undefined where all machines do already. */
  readonly authority: () => string | undefined;
  /** Where people reach it, without a slash at the end: for links in mails. */
  readonly webUrl: string;
  readonly instanceName: () => Promise<string>;
  /** The settings that a connector of this kind takes. */
  readonly configFields: (catalogId: CatalogEntry['catalogId']) => Promise<readonly ConfigField[]>;
  /** Something is to be done by the process that works on connectors, which may be another one and then finds it itself. */
  readonly wake: () => void;
}
