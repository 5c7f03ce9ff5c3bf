import { ResourceType_Trait } from '@baton-ts/protocol/connector-v2';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { AccountPart } from '../changes.ts';
import type { Connector, ResourceTypePart } from '../connector.ts';

/** What creates accounts, and the type that they are of. */
export interface AccountMaker {
  readonly type: ResourceTypePart['type'];
  readonly accounts: AccountPart;
}

/**
 * What creates an account (`service-protocol.md §11`, CreateAccount): that of the type named, or the main one when none is.
 * Throws `Unimplemented` that names the types there are.
 */
export function chooseAccountMaker(connector: Connector, resourceTypeId: string): AccountMaker {
  const makers = accountMakers(connector);
  const chosen =
    resourceTypeId === '' ? mainAccountMaker(connector) : makers.find(({ type }) => type.id === resourceTypeId);
  if (chosen !== undefined) return chosen;
  const types = makers.map(({ type }) => type.id).join(', ');
  throw new BatonError(
    Code.Unimplemented,
    makers.length === 0
      ? 'This connector cannot create accounts.'
      : resourceTypeId === ''
        ? `This connector creates accounts of several types, so name one of them: ${types}.`
        : `This connector creates no accounts of the type "${resourceTypeId}"; it creates ${types}.`,
  );
}

/** The only one there is; else the one of the type `user`; else the only one whose type has the user trait. */
export function mainAccountMaker(connector: Connector): AccountMaker | undefined {
  const makers = accountMakers(connector);
  if (makers.length === 1) return makers[0];
  const people = makers.filter(({ type }) => type.traits.includes(ResourceType_Trait.USER));
  return makers.find(({ type }) => type.id === 'user') ?? (people.length === 1 ? people[0] : undefined);
}

function accountMakers(connector: Connector): AccountMaker[] {
  return connector.resourceTypes.flatMap(({ type, accounts }) => (accounts === undefined ? [] : [{ type, accounts }]));
}
