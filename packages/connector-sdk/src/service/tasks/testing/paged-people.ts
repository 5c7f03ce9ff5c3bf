import { ResourceType_Trait } from '@baton-ts/protocol/connector-v2';
import type { Connector } from '../../../connector.ts';
import { resourceType, userResource } from '../../../model/resource.ts';

const type = resourceType({ id: 'user', displayName: 'User', traits: [ResourceType_Trait.USER] });

const peoplePerPage = 50;

/** People in so many pages; `beforePage` runs before each, and may never end. */
export function pagedPeople(beforePage: (page: number) => void | Promise<void>, pages = 6): Connector {
  return {
    validate: () => Promise.resolve([]),
    resourceTypes: [
      {
        type,
        list: async ({ pageToken }) => {
          const page = Number(pageToken);
          await beforePage(page);
          const items = Array.from({ length: peoplePerPage }, (_, n) =>
            userResource({ type, id: `person-${page}-${n}`, displayName: 'Somebody with a name of a usual length' }),
          );
          return { items, ...(page + 1 < pages && { nextPageToken: String(page + 1) }) };
        },
      },
    ],
  };
}
