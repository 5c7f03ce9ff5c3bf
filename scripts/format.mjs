// Formats everything and orders imports.
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure.mjs';
import { runPinned } from './pinned.mjs';

ensureInstalled();
process.exit(runPinned([join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome'), 'check', '--write', root]));
