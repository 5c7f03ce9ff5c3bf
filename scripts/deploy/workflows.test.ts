import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { root } from './paths.ts';
import { field } from './values.ts';

const right = z.enum(['read', 'write', 'none']);
/** Of all that GitHub knows, what our workflows use: anything else is a slip of the pen. */
const step = z.strictObject({
  name: z.string().optional(),
  id: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  env: z.record(z.string(), z.string()).optional(),
  'working-directory': z.string().optional(),
});
const workflow = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), right),
  concurrency: z.strictObject({
    group: z.string(),
    'cancel-in-progress': z.union([z.boolean(), z.string()]).optional(),
  }),
  jobs: z.record(
    z.string(),
    z.strictObject({
      name: z.string(),
      needs: z.string().optional(),
      'runs-on': z.literal('ubuntu-24.04'),
      'timeout-minutes': z.int(),
      environment: z.string().optional(),
      permissions: z.record(z.string(), right),
      strategy: z
        .strictObject({
          'fail-fast': z.boolean().optional(),
          matrix: z.record(z.string(), z.array(z.union([z.string(), z.number()]))),
        })
        .optional(),
      env: z.record(z.string(), z.string()).optional(),
      steps: z.array(step),
    }),
  ),
});

const folder = join(root, '.github', 'workflows');
const files = readdirSync(folder);
const scripts = field(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')), 'scripts');
const pins = new Map<string, string>();

for (const file of files) {
  const text = readFileSync(join(folder, file), 'utf8');
  const document = parseDocument(text, { strict: true });
  const { permissions, jobs } = workflow.parse(document.toJS());
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  describe(file, () => {
    test('is YAML without errors or warnings', () => {
      assert.deepEqual([...document.errors, ...document.warnings], []);
    });

    test('pins each action by a whole digest, with its version beside it', () => {
      const used = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, what = '']) => what);
      assert.ok(used.length > 0);
      for (const what of used) {
        const [, action = '', digest = ''] = /^([\w./-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$/.exec(what) ?? [];
        assert.notEqual(digest, '', what);
        assert.equal(pins.get(action) ?? digest, digest, `${action} has two digests`);
        pins.set(action, digest);
      }
    });

    test('gives no right to all jobs, and each job its own', () => {
      assert.deepEqual(permissions, {});
      for (const [name, job] of Object.entries(jobs)) assert.ok(Object.keys(job.permissions).length > 0, name);
    });

    test('lets no job that runs what the packages bring write anything', () => {
      for (const [name, job] of Object.entries(jobs)) {
        if (!job.steps.some(({ run = '' }) => /npm (ci|test|run)/.test(run))) continue;
        assert.deepEqual(job.permissions, { contents: 'read' }, name);
      }
    });

    test('calls only scripts that package.json has', () => {
      for (const [, name = ''] of text.matchAll(/npm run ([\w:-]+)/g)) {
        assert.notEqual(field(scripts, name), undefined, `npm run ${name}`);
      }
    });

    test('puts nothing that others write into a script by itself', () => {
      for (const { run = '' } of steps) assert.doesNotMatch(run, /\$\{\{/);
    });

    test('has scripts that the shell understands', () => {
      for (const { run = '' } of steps) {
        const { stderr } = spawnSync('bash', ['-n'], { input: run, encoding: 'utf8' });
        assert.equal(stderr, '');
      }
    });

    test('keeps no token in the folder that it checks out', () => {
      for (const { uses = '', with: inputs } of steps) {
        if (uses.startsWith('actions/checkout@')) assert.equal(inputs?.['persist-credentials'], false);
      }
    });

    test('waits for jobs that are there, and uses no secret but the token of the run', () => {
      for (const { needs } of Object.values(jobs)) assert.ok(needs === undefined || needs in jobs);
      assert.doesNotMatch(text, /secrets\./);
    });
  });
}

test('updates are looked for in npm and in the actions', () => {
  const document = parseDocument(readFileSync(join(root, '.github', 'dependabot.yml'), 'utf8'), { strict: true });
  assert.deepEqual([...document.errors, ...document.warnings], []);
  const updates = z
    .strictObject({
      version: z.literal(2),
      updates: z.array(
        z.strictObject({
          'package-ecosystem': z.string(),
          directory: z.literal('/'),
          schedule: z.strictObject({ interval: z.enum(['daily', 'weekly', 'monthly']) }),
          cooldown: z.strictObject({ 'default-days': z.int() }),
          groups: z.record(z.string(), z.unknown()).optional(),
          ignore: z.array(z.strictObject({ 'dependency-name': z.string() })).optional(),
        }),
      ),
    })
    .parse(document.toJS())
    .updates.map((update) => update['package-ecosystem']);
  assert.deepEqual(updates, ['npm', 'github-actions']);
});
