import type { EndpointName } from '@baton-ts/console-api';

/** Endpoints that answer with a file instead of JSON: bytes, or a stream of them. */
export const contentAnswers: {
  readonly [Name in EndpointName]?: {
    readonly type: string;
    readonly fileName: (params: Readonly<Record<string, string>>) => string;
  };
} = {
  'GET /api/v1/apps/{app_id}/connectors/{connector_id}/syncs/{sync_id}/file': {
    type: 'application/octet-stream',
    fileName: ({ sync_id }) => `${sync_id}.c1z`,
  },
  'GET /api/v1/systemlog/export': { type: 'application/jsonl', fileName: () => 'system-log.jsonl' },
  'POST /api/v1/export/apps': csvFile('apps'),
  'POST /api/v1/export/app_users': csvFile('accounts'),
  'POST /api/v1/export/entitlements': csvFile('entitlements'),
  'POST /api/v1/export/app_resources': csvFile('resources'),
  'POST /api/v1/export/grants': csvFile('grants'),
};

function csvFile(name: string) {
  return { type: 'text/csv; charset=utf-8', fileName: () => `${name}.csv` };
}
