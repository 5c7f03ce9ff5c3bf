import { dirname, join } from 'node:path';

export const root = dirname(import.meta.dirname);
/** What was fetched once: the Node.js of other platforms, Debian packages. */
export const cacheDir = join(root, 'node_modules', '.cache', 'packaging');
