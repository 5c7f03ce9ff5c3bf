// Makes the generated code of packages/protocol from proto/, as buf.gen.yaml says, the reference of the SDK and that of all settings; works offline.
// With a folder as argument only the code is made, and written below that folder instead, at the same path.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { root } from './ensure.mjs';

const buf = join(root, 'node_modules', '@bufbuild', 'buf', 'bin', 'buf');
if (!existsSync(buf)) {
  console.error('The protobuf compiler is not installed. Run npm ci first.');
  process.exit(1);
}

// --clean: a generated file whose .proto file is gone would stay.
const args = [buf, 'generate', '--clean', '--output', resolve(process.argv[2] ?? root)];
const { status, error, stdout, stderr } = spawnSync(process.execPath, args, {
  cwd: root,
  encoding: 'utf8',
  env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}` },
});
if (status !== 0) {
  console.error(`The code could not be generated from proto/:\n${error?.message ?? `${stdout}${stderr}`}`);
  process.exit(1);
}
if (process.argv[2] === undefined) {
  await import('./sdk-reference.mjs');
  await import('./config-reference.mjs');
}
