import type { Tls } from '@baton-ts/c1-server';

/** The certificate of a listener, which changes while the console runs. */
export interface ServedTls {
  /** As it is now. New connections get it. */
  readonly tls: Tls;
  /** Who vouches for it, in PEM, for connectors that do not know them; undefined where all machines do. */
  readonly authority: string | undefined;
  /** Looks whether there is a newer one, or whether it is time to make one. */
  refresh(): Promise<void>;
}
