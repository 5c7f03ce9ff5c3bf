const longestTitle = 160;

/** The first sentence of a failure is its title; the others come after it. */
export function errorParts(error: string): { readonly title: string; readonly rest: string } {
  const end = /[a-z\d)][.!?](?=\s+[A-Z])/.exec(error);
  const length = end === null ? error.length : end.index + 2;
  if (length > longestTitle) return { title: 'The last sync failed', rest: error };
  return { title: error.slice(0, length).replace(/\.$/, ''), rest: error.slice(length).trim() };
}

/** What to do about a failure that is known; empty where its own words say all there is to say. */
export function errorSteps(error: string): readonly string[] {
  const lacking = /\blacks ([\w.]+(?:, [\w.]+)*)/.exec(error)?.[1]?.replace(/\.$/, '');
  if (lacking !== undefined) {
    return [
      'In SendGrid open Settings, API Keys, and edit the key.',
      `Give it ${lacking}, then save.`,
      'Come back and choose Try again. The key itself stays the same.',
    ];
  }
  if (/accept(s|ed)? the API key/.test(error)) {
    return [
      'In SendGrid open Settings, API Keys, and see whether the key is still there.',
      'Check that the region under Settings is that of the account.',
      'Make a new key if it is gone, choose Use another key here, and save it.',
    ];
  }
  return [];
}
