import type { Field } from '@baton-ts/protocol/config-v1';
import type { AccountInfo, ResourceId } from '@baton-ts/protocol/connector-v2';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';

/** One writer at a time for a resource: grants and revocations for a person, and the person's deletion, wait for each other. */
export function resourceTarget({ resourceType, resource }: ResourceId): string {
  return JSON.stringify(['resource', resourceType, resource]);
}

/** One writer at a time for a new account, by everything that it may be known by. */
export function accountTargets(resourceTypeId: string, { login, emails, profile }: AccountInfo): string[] {
  const names = [login, ...emails.map(({ address }) => address), profile?.['login'], profile?.['email']];
  const known = names.flatMap((name) => (typeof name === 'string' && name !== '' ? [name.toLowerCase()] : []));
  return (known.length === 0 ? [''] : known).map((name) => JSON.stringify(['account', resourceTypeId, name]));
}

/** The resources that the arguments of an action name. */
export function resourceTargets(fields: readonly Field[], args: JsonObject): string[] {
  return fields
    .flatMap(({ name, field }): JsonValue[] => {
      const value = args[name] ?? null;
      if (field.case === 'resourceIdField') return [value];
      return field.case === 'resourceIdSliceField' && Array.isArray(value) ? value : [];
    })
    .flatMap((value) => {
      const id = resourceIdOf(value);
      return id === undefined ? [] : [JSON.stringify(['resource', ...id])];
    });
}

/** A resource id as JSON, in either spelling of protobuf JSON. */
function resourceIdOf(value: JsonValue): [type: string, id: string] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const type = value['resourceTypeId'] ?? value['resource_type_id'];
  const id = value['resourceId'] ?? value['resource_id'];
  return typeof type === 'string' && typeof id === 'string' ? [type, id] : undefined;
}
