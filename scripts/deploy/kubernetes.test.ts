import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { groupOf, typeErrors } from './kubernetes-types.ts';
import { type Resource, readResources, renderKustomization } from './kustomize.ts';
import { kubernetes, root } from './paths.ts';
import { field, fields, isRecord } from './values.ts';
import { knownVariables } from './variables.ts';

const overlays = ['connector', 'console-sqlite', 'console-postgres'];
const templates = ['baton-sendgrid-secrets.yaml', 'baton-console-secrets.yaml'].flatMap((name) =>
  readResources(join(kubernetes, name)),
);
const [connector = [], sqlite = [], postgres = []] = overlays.map((name) =>
  renderKustomization(join(kubernetes, 'overlays', name)),
);
const everything = [...connector, ...sqlite, ...postgres, ...templates];
const deployments = everything.filter(({ kind }) => kind === 'Deployment');
const version = field(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')), 'version');

const named = (resources: readonly Resource[], kind: string): Resource => {
  const found = resources.find((one) => one.kind === kind);
  assert.ok(found !== undefined, `there is no ${kind}`);
  return found;
};
const podOf = (deployment: Resource): unknown => field(deployment, 'spec', 'template', 'spec');
const containerOf = (deployment: Resource): unknown => fields(podOf(deployment), 'containers')[0];

describe('the manifests', () => {
  test('have only fields that Kubernetes knows, with values of the right kind', () => {
    assert.equal(typeErrors(everything), '');
  });

  test('would be refused with a field that is misspelt, however deep', () => {
    const wrong = structuredClone(deployments[0]);
    const container = wrong === undefined ? undefined : containerOf(wrong);
    assert.ok(wrong !== undefined && isRecord(container) && isRecord(container['livenessProbe']));
    container['livenessProbe']['timeoutSecond'] = 5;
    assert.match(typeErrors([wrong]), /timeoutSecond"' does not exist/);
  });

  test('would be refused with a label that is no text, as in the guide', () => {
    const wrong = structuredClone(named(connector, 'Deployment'));
    const labels = field(wrong, 'spec', 'template', 'metadata', 'labels');
    assert.ok(isRecord(labels));
    labels['baton'] = true;
    assert.match(typeErrors([wrong]), /'boolean' is not assignable to type 'string'/);
  });

  for (const one of everything) {
    test(`pass the schema of Kubernetes: ${one.kind} ${one.metadata.name}`, async () => {
      const { group, version } = groupOf(one.apiVersion);
      const models: unknown = await import(
        `kubernetes-models/${group === '' ? '' : `${group}/`}${version}/${one.kind}`
      );
      const Model = isRecord(models) ? models[one.kind] : undefined;
      assert.ok(typeof Model === 'function');
      const model: unknown = Reflect.construct(Model, [one]);
      assert.ok(typeof model === 'object' && model !== null && 'validate' in model);
      assert.ok(typeof model.validate === 'function');
      model.validate();
    });
  }
});

describe('each kustomization', () => {
  const programs = [
    ['kubectl', 'kustomize'],
    ['kustomize', 'build'],
  ].filter(([program = '']) => spawnSync(program, ['version', '--client'], { encoding: 'utf8' }).error === undefined);
  const [program] = programs;

  for (const name of overlays) {
    const skip = program === undefined ? 'neither kubectl nor kustomize is on this machine' : false;
    test(`${name} is what kustomize itself makes of it`, { skip }, () => {
      const [command = '', ...words] = program ?? [];
      const folder = join(kubernetes, 'overlays', name);
      const { stdout, stderr } = spawnSync(command, [...words, folder], { encoding: 'utf8' });
      assert.equal(stderr, '');
      const made = parseAllDocuments(stdout).map((document): unknown => document.toJS());
      assert.deepEqual(sorted(made), sorted(renderKustomization(folder)));
    });
  }

  test('lists every file beside it', () => {
    for (const folder of ['base/connector', 'base/console', ...overlays.map((name) => `overlays/${name}`)]) {
      const text = readFileSync(join(kubernetes, folder, 'kustomization.yaml'), 'utf8');
      for (const file of readdirSync(join(kubernetes, folder))) {
        assert.ok(file === 'kustomization.yaml' || text.includes(file), `${folder} leaves out ${file}`);
      }
    }
  });

  test('leaves the secrets alone, so that an upgrade never writes over them', () => {
    assert.deepEqual(
      [connector, sqlite, postgres].flat().filter(({ kind }) => kind === 'Secret'),
      [],
    );
  });
});

describe('the connector of C1’s guide', () => {
  const deployment = named(connector, 'Deployment');

  test('has the names and labels of the guide', () => {
    assert.equal(deployment.metadata.name, 'baton-sendgrid');
    assert.deepEqual(field(deployment, 'metadata', 'labels'), { app: 'baton-sendgrid' });
    assert.deepEqual(field(deployment, 'spec', 'selector', 'matchLabels'), { app: 'baton-sendgrid' });
    assert.deepEqual(field(deployment, 'spec', 'template', 'metadata', 'labels'), {
      app: 'baton-sendgrid',
      baton: 'true',
      'baton-app': 'sendgrid',
    });
    assert.equal(field(containerOf(deployment), 'name'), 'baton-sendgrid');
  });

  test('takes everything from the Secret of the guide, and says which instance it is', () => {
    assert.deepEqual(field(containerOf(deployment), 'envFrom'), [{ secretRef: { name: 'baton-sendgrid-secrets' } }]);
    assert.deepEqual(fields(containerOf(deployment), 'env')[0], { name: 'BATON_HOST_ID', value: 'baton-sendgrid' });
  });

  test('has a Secret with the keys of the guide', () => {
    assert.deepEqual(Object.keys(record(field(templates[0], 'stringData'))), [
      'BATON_CLIENT_ID',
      'BATON_CLIENT_SECRET',
      'BATON_SENDGRID_API_KEY',
      'BATON_SENDGRID_REGION',
      'BATON_IGNORE_SUBUSERS',
      'BATON_PROVISIONING',
    ]);
  });
});

describe('the manifests agree with the programs', () => {
  test('each variable is one that the program reads', () => {
    for (const one of everything) {
      const program = one.metadata.name.startsWith('baton-console') ? 'console' : 'baton-sendgrid';
      const names = [
        ...(one.kind === 'Deployment' ? fields(containerOf(one), 'env').map((entry) => field(entry, 'name')) : []),
        ...Object.keys(record(field(one, one.kind === 'Secret' ? 'stringData' : 'data') ?? {})),
      ];
      const known = knownVariables(program);
      for (const name of names) assert.ok(known.has(String(name)), `${program} does not know ${String(name)}`);
    }
  });

  test('the user is the one of the images', () => {
    const users = deployments.map((deployment) => field(podOf(deployment), 'securityContext', 'runAsUser'));
    const images = [
      ...usersIn(join(root, 'packaging', 'image'), /^export const USER = ([\d_]+);/m),
      ...usersIn(join(root, 'deploy', 'docker'), /^USER\s+(\d+)/m),
    ];
    assert.deepEqual([...new Set([...users, ...images])], [65532]);
  });

  test('the images are of this version', () => {
    for (const deployment of deployments) {
      assert.match(String(field(containerOf(deployment), 'image')), new RegExp(`^ghcr\\.io/[^:]+:${String(version)}$`));
    }
  });

  test('hosted connectors of the console with PostgreSQL reach their listener by its name', () => {
    const [alias] = fields(podOf(named(postgres, 'Deployment')), 'hostAliases');
    assert.deepEqual(alias, {
      ip: '127.0.0.1',
      hostnames: [field(named(postgres, 'ConfigMap'), 'data', 'BATON_CONSOLE_CONNECTOR_HOST')],
    });
  });

  test('each pod of the console with PostgreSQL may pass connectors on to the other one', () => {
    const policy = named(postgres, 'NetworkPolicy');
    const [, connectors] = fields(containerOf(named(postgres, 'Deployment')), 'ports');
    const ports = [{ protocol: 'TCP', port: field(connectors, 'containerPort') }];
    const podSelector = { matchLabels: field(policy, 'spec', 'podSelector', 'matchLabels') };
    assert.deepEqual(
      fields(policy, 'spec', 'egress').filter((rule) => fields(rule, 'to').some((to) => field(to, 'podSelector'))),
      [{ to: [{ podSelector }], ports }],
    );
  });
});

describe('every pod', () => {
  for (const deployment of deployments) {
    const pod = podOf(deployment);
    const container = containerOf(deployment);
    const { name } = deployment.metadata;

    test(`of ${name} runs as nobody, with nothing that it does not need`, () => {
      assert.equal(field(pod, 'securityContext', 'runAsNonRoot'), true);
      assert.equal(field(pod, 'securityContext', 'seccompProfile', 'type'), 'RuntimeDefault');
      assert.equal(field(pod, 'automountServiceAccountToken'), false);
      assert.equal(field(pod, 'enableServiceLinks'), false);
      assert.deepEqual(field(container, 'securityContext'), {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    });

    test(`of ${name} can write where temporary files go`, () => {
      const mounts = fields(container, 'volumeMounts');
      const volumes = new Set(fields(pod, 'volumes').map((volume) => field(volume, 'name')));
      assert.ok(mounts.some((mount) => field(mount, 'mountPath') === '/tmp'));
      for (const mount of mounts) assert.ok(volumes.has(field(mount, 'name')));
    });

    test(`of ${name} has requests, a limit of memory and three probes of a port that it opens`, () => {
      assert.ok(
        field(container, 'resources', 'requests', 'memory') && field(container, 'resources', 'limits', 'memory'),
      );
      const ports = new Set(fields(container, 'ports').map((port) => field(port, 'name')));
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
        assert.ok(ports.has(field(container, probe, 'httpGet', 'port')), probe);
      }
    });

    test(`of ${name} is the one that its policies and its service select`, () => {
      const labels = record(field(deployment, 'spec', 'template', 'metadata', 'labels'));
      const family = [connector, sqlite, postgres].find((resources) => resources.includes(deployment)) ?? [];
      const selectors = family.flatMap((one) => {
        if (one.kind === 'NetworkPolicy') return [field(one, 'spec', 'podSelector', 'matchLabels')];
        if (one.kind === 'PodDisruptionBudget') return [field(one, 'spec', 'selector', 'matchLabels')];
        return one.kind === 'Service' ? [field(one, 'spec', 'selector')] : [];
      });
      assert.ok(selectors.length >= 2);
      for (const selector of selectors) {
        for (const [key, value] of Object.entries(record(selector))) assert.equal(labels[key], value);
      }
    });
  }
});

function usersIn(folder: string, pattern: RegExp): readonly number[] {
  const files = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }).filter((file) => file.isFile()) : [];
  return files.flatMap(({ name }) => {
    const [, user] = pattern.exec(readFileSync(join(folder, name), 'utf8')) ?? [];
    return user === undefined ? [] : [Number(user.replace('_', ''))];
  });
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  assert.ok(isRecord(value));
  return value;
}

function sorted(resources: readonly unknown[]): readonly unknown[] {
  const keyOf = (one: unknown): string => `${String(field(one, 'kind'))} ${String(field(one, 'metadata', 'name'))}`;
  return [...resources].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
