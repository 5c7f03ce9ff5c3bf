/** What a line is about, and what it says of that. */
export interface LogWords {
  readonly topic: string;
  readonly text: string;
}

const topics: Readonly<Record<string, string>> = {
  teammate: 'teammates',
  teammate_invitation: 'invitations',
  subuser: 'subusers',
  scope: 'permissions',
  role: 'roles',
  api_key: 'API keys',
};

/** Lines of the connector in people's words. One that is not known is shown as it came: nothing is left out. */
export function logWords(line: string): LogWords {
  const { message, fields } = partsOf(line);
  const type = fields.get('resource_type_id') ?? '';
  const about = topics[type] ?? (type.replaceAll('_', ' ') || 'sync');
  switch (message) {
    case 'Synced resources':
      return { topic: about, text: `${count(fields.get('count'))} read` };
    case 'Synced entitlements':
      return { topic: about, text: `what there is to hold: ${share(fields)}` };
    case 'Synced grants':
    case 'Syncing grants':
      return {
        topic: about,
        text: fields.has('synced') ? `who holds what: ${share(fields)}` : 'reading who holds what',
      };
    case 'What the API key may do': {
      const [holds, lacks] = [list(fields.get('holds')), list(fields.get('lacks'))];
      const all = holds.length + lacks.length;
      const rest = lacks.length === 0 ? '' : `; lacks ${lacks.join(', ')}`;
      return { topic: 'key', text: `accepted; has ${holds.length} of ${all} rights that can be used${rest}` };
    }
    case 'SendGrid account':
      return {
        topic: 'key',
        text: `account ${fields.get('username') ?? 'not named'}, plan ${fields.get('plan') ?? 'not named'}`,
      };
    case 'Sync uploaded':
      return { topic: 'upload', text: `${count(fields.get('bytes'))} bytes` };
    case 'Task started':
      return { topic: 'task', text: `started: ${(fields.get('task_type') ?? 'task').replaceAll('_', ' ')}` };
    case 'Task finished':
      return { topic: 'task', text: `finished: ${(fields.get('task_type') ?? 'task').replaceAll('_', ' ')}` };
    default:
      return { topic: topicOf(message), text: line };
  }
}

function topicOf(message: string): string {
  if (/API key/.test(message)) return 'key';
  if (/^(Connect|Not connected|The connector checked in)/.test(message)) return 'connection';
  if (/limit/i.test(message)) return 'limit';
  if (/process/.test(message)) return 'process';
  if (/ntitlement/.test(message)) return 'permissions';
  return 'sync';
}

/** `message  name=value  name=value`, as the console writes lines of a connector. */
function partsOf(line: string): { message: string; fields: ReadonlyMap<string, string> } {
  const [message = '', ...rest] = line.split('  ');
  const fields = rest.flatMap((part) => {
    const at = part.indexOf('=');
    return at < 1 ? [] : [[part.slice(0, at), part.slice(at + 1)] as const];
  });
  return { message, fields: new Map(fields) };
}

function list(json: string | undefined): string[] {
  try {
    const value: unknown = JSON.parse(json ?? '[]');
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
  } catch {
    return [];
  }
}

function count(text: string | undefined): string {
  const value = Number(text);
  return text === undefined || !Number.isFinite(value) ? 'some' : value.toLocaleString('en');
}

function share(fields: ReadonlyMap<string, string>): string {
  const total = fields.get('total');
  return total === undefined ? count(fields.get('synced')) : `${count(fields.get('synced'))} of ${count(total)}`;
}
