// `npm run package`: all that a release offers, in `dist/`.
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure.mjs';
import { runPinned } from './pinned.mjs';

ensureInstalled();
process.exit(runPinned(['--conditions=x-source', join(root, 'packaging', 'package.ts'), ...process.argv.slice(2)]));
