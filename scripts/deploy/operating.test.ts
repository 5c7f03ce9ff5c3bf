import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connectorStatus } from '@baton-ts/console-api';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { withReferences } from './config-reference.ts';
import { root } from './paths.ts';
import { flagsOf, knownVariables, variablesOf } from './variables.ts';

const read = (...path: readonly string[]): string => readFileSync(join(root, ...path), 'utf8');
const page = read('docs', 'operating.md');
const pages = {
  'operating.md': page,
  'console.md': read('docs', 'console.md'),
  'security.md': read('docs', 'security.md'),
};

/** The names of all metrics of our own, as the code makes them. */
const metrics = [
  'packages/connector-sdk/src/service/prometheus-metrics.ts',
  'packages/console-server/src/http/metrics.ts',
]
  .flatMap((path) => [...read(path).matchAll(/'((?:baton|console)_[a-z_]+)'/g)])
  .map(([, name = '']) => name)
  .sort();

describe('the page for operators', () => {
  test('has the settings of the programs as their code lists them', () => {
    assert.ok(withReferences(page) === page, 'docs/operating.md is older than the code. Run: npm run generate');
  });

  test('has every setting of both programs', () => {
    for (const program of ['baton-sendgrid', 'console'] as const) {
      for (const flag of flagsOf(program)) {
        if (variablesOf(program, flag).length > 0) assert.ok(page.includes(`| \`--${flag.name}\``), flag.name);
      }
    }
  });

  test('lists every metric that there is, and none besides', () => {
    const listed = [...page.matchAll(/^\| `((?:baton|console)_[a-z_]+)` \|/gm)].map(([, name = '']) => name).sort();
    assert.deepEqual(listed, metrics);
  });
});

describe('the pages about running it', () => {
  for (const [name, text] of Object.entries(pages)) {
    test(`${name} names only variables that a program reads`, () => {
      const known = new Set([...knownVariables('baton-sendgrid'), ...knownVariables('console')]);
      // Of this repository, Node.js, and the examples.
      const others = new Set(['BATON_SENDGRID_API_KEY']);
      const unknown = [...text.matchAll(/\b(?:BATON_[A-Z0-9_]*[A-Z0-9]|DATABASE_URL)\b/g)]
        .map(([variable]) => variable)
        .filter((variable) => !known.has(variable) && !others.has(variable));
      assert.deepEqual(unknown, []);
    });

    test(`${name} names only files of this repository that are there`, () => {
      for (const [path] of text.matchAll(/\b(?:deploy|packages|scripts|packaging)\/[\w./-]*\w/g)) {
        assert.ok(existsSync(join(root, path)), path);
      }
    });
  }
});

describe('the alerts', () => {
  const document = parseDocument(read('deploy', 'prometheus', 'alerts.yaml'), { strict: true });
  const { groups } = z
    .strictObject({
      groups: z.array(
        z.strictObject({
          name: z.string(),
          rules: z.array(
            z.strictObject({
              alert: z.string().regex(/^[A-Z]\w+$/),
              expr: z.string(),
              for: z
                .string()
                .regex(/^\d+[mhd]$/)
                .optional(),
              labels: z.strictObject({ severity: z.enum(['info', 'warning', 'critical']) }),
              annotations: z.strictObject({ summary: z.string() }),
            }),
          ),
        }),
      ),
    })
    .parse(document.toJS());
  const expressions = groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));

  test('are YAML without errors, each with a name of its own', () => {
    assert.deepEqual([...document.errors, ...document.warnings], []);
    const names = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
    assert.equal(new Set(names).size, names.length);
  });

  test('ask for metrics that there are', () => {
    const asked = expressions.flatMap((expr) => expr.match(/\b(?:baton|console)_[a-z_]+/g) ?? []);
    assert.ok(asked.length > 8);
    for (const name of asked) assert.ok(metrics.includes(name.replace(/_(bucket|sum|count)$/, '')), name);
  });

  test('ask for states that connectors have', () => {
    const asked = expressions.flatMap((expr) => [...expr.matchAll(/console_connectors\{status="(\w+)"\}/g)]);
    assert.ok(asked.length > 1);
    for (const [, status] of asked) connectorStatus.parse(status);
  });
});
