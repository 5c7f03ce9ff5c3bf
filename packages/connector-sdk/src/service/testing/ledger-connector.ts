import { packAny } from '@baton-ts/protocol';
import {
  BatonActionSchemaSchema,
  GrantAlreadyExistsSchema,
  GrantAlreadyRevokedSchema,
} from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import type { Connector } from '../../connector.ts';
import { grant } from '../../model/entitlement.ts';
import { onePage, smallConnector } from '../../sync/testing/small-connector.ts';

/** Where the connector below keeps who holds what, and each change that it makes. */
export interface Ledger {
  holds(principal: string): boolean;
  /** One visible effect. */
  write(change: string): Promise<void>;
}

export function memoryLedger(): Ledger & { readonly writes: string[] } {
  const writes: string[] = [];
  return {
    writes,
    holds: (principal) => writes.findLast((write) => write.endsWith(` ${principal}`))?.startsWith('grant ') === true,
    write: async (change) => {
      writes.push(change);
    },
  };
}

/** A connector whose `role` can be granted to anybody; it looks before it writes, as connectors do. */
export function ledgerConnector(ledger: Ledger): Connector {
  const connector = smallConnector({
    role: {
      grants: () => onePage([]),
      async grant({ entitlement: wanted, principal, announce }) {
        const name = principal.id?.resource ?? '';
        if (ledger.holds(name)) return { annotations: [packAny(GrantAlreadyExistsSchema, {})] };
        announce({ summary: `Grant the role to ${name}.`, requests: [] });
        await ledger.write(`grant ${name}`);
        return { grants: [grant(wanted, principal)] };
      },
      async revoke({ grant: { principal }, announce }) {
        const name = principal?.id?.resource ?? '';
        if (!ledger.holds(name)) return { annotations: [packAny(GrantAlreadyRevokedSchema, {})] };
        announce({ summary: `Take the role from ${name}.`, requests: [] });
        await ledger.write(`revoke ${name}`);
        return {};
      },
    },
  });
  return {
    ...connector,
    actions: [
      {
        schema: create(BatonActionSchemaSchema, { name: 'ring', displayName: 'Ring' }),
        async run({ announce }) {
          announce({ summary: 'Ring the bell.', requests: [] });
          await ledger.write('ring bell');
          return { response: {} };
        },
      },
    ],
  };
}
