import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withReferences } from './config-reference.ts';
import { root } from './paths.ts';

const page = join(root, 'docs', 'operating.md');
writeFileSync(page, withReferences(readFileSync(page, 'utf8')));
