/** What an app says of a thing, as people read it. */
export function profileText(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '–' : value;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ') || '–';
  return JSON.stringify(value);
}
