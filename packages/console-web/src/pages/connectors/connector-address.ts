/** What is open on a connector's page. It stands in the address, so that it can be linked and Back closes it. */
export interface ConnectorAddress {
  /** The log: of the sync under way or the last one, of everything that is kept, or of one sync by its id. */
  readonly log?: string;
  readonly part?: LogPart;
}

export const logParts = ['sync', 'history', 'audit', 'configuration'] as const;
export type LogPart = (typeof logParts)[number];

/** Reads the address; what is not as it should be counts as not there. */
export function readConnectorAddress(search: Readonly<Record<string, unknown>>): ConnectorAddress {
  const { log } = search;
  const part = logParts.find((one) => one === search['part']);
  return {
    ...(typeof log === 'string' && /^(now|all|[0-9A-Za-z]{27})$/.test(log) && { log }),
    ...(part !== undefined && part !== 'sync' && { part }),
  };
}
