// Writes the settings of the programs, as their code lists them, between the markers of docs/operating.md.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pinnedNode, root } from './ensure.mjs';

const program = join(root, 'scripts', 'deploy', 'write-config-reference.ts');
const { status, error } = spawnSync(pinnedNode, ['--conditions=x-source', program], { stdio: 'inherit' });
if (status !== 0) throw error ?? new Error('docs/operating.md could not be written.');
