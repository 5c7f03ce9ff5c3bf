/** `GET /api/v1/apps/{app_id}` → GET and the path with the values, or with ids of nothing. */
export function addressOf(name: string, values: Readonly<Record<string, string>> = {}) {
  const [method = '', path = ''] = name.split(' ');
  return {
    method,
    path: path.replaceAll(/\{(\w+)\}/g, (_all, key: string) => values[key] ?? '3Zzzzzzzzzzzzzzzzzzzzzzzzzz'),
  };
}
