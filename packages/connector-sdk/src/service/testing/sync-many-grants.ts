// The program that benchmarks/service-sync.ts measures: carries out the task of a full sync with so many grants, and says
// how long the main thread was held up, at most, in each part of it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ResourceType_Trait } from '@baton-ts/protocol/connector-v2';
import { BatonService, TaskSchema } from '@baton-ts/protocol/connectorapi-v1';
import { create } from '@bufbuild/protobuf';
import { createClient, createRouterTransport } from '@connectrpc/connect';
import type { Connector } from '../../connector.ts';
import { silentLogger } from '../../logger.ts';
import { grantExpandable } from '../../model/annotations.ts';
import { entitlement, grant } from '../../model/entitlement.ts';
import { plainResource, resourceType, userResource } from '../../model/resource.ts';
import { createProvisioner } from '../../provision/create-provisioner.ts';
import { handleTask } from '../tasks/handle-task.ts';

const grants = Number(process.argv[2] ?? 1_000_000);
const scopesPerPerson = 100;
/** A fifth of the grants come through a role, by expansion. */
const people = Math.ceil((grants * 0.8) / scopesPerPerson);
const roleMembers = Math.ceil((grants * 0.2) / scopesPerPerson);

const userType = resourceType({ id: 'user', displayName: 'User', traits: [ResourceType_Trait.USER] });
const roleType = resourceType({ id: 'role', displayName: 'Role' });
const scopeType = resourceType({ id: 'scope', displayName: 'Scope' });
const users = Array.from({ length: people + roleMembers }, (_, n) =>
  userResource({ type: userType, id: `person-${n}@example.com`, displayName: `Person Number ${n}` }),
);
const role = plainResource({ type: roleType, id: 'admin', displayName: 'Admin' });
const isAdmin = entitlement({ resource: role, slug: 'assigned', purpose: 'assignment' });
const scopes = Array.from({ length: scopesPerPerson }, (_, n) =>
  plainResource({ type: scopeType, id: `group-${n % 10}.scope-${n}.read`, displayName: `Scope ${n}` }),
);
const hasScope = scopes.map((resource) => entitlement({ resource, slug: 'assigned', purpose: 'permission' }));
const indexOf = new Map(users.map((user, index) => [user.id?.resource, index]));

const pageRows = 1_000;
const paged = <T>(items: readonly T[], token: string) => {
  const start = Number(token);
  const end = start + pageRows;
  return Promise.resolve({ items: items.slice(start, end), ...(end < items.length && { nextPageToken: String(end) }) });
};
const connector: Connector = {
  validate: () => Promise.resolve([]),
  resourceTypes: [
    {
      type: userType,
      list: ({ pageToken }) => paged(users, pageToken),
      grants: ({ resource }) => {
        const isMember = (indexOf.get(resource.id?.resource) ?? 0) >= people;
        return paged(isMember ? [grant(isAdmin, resource)] : hasScope.map((scope) => grant(scope, resource)), '');
      },
    },
    {
      type: roleType,
      list: ({ pageToken }) => paged([role], pageToken),
      entitlements: ({ pageToken }) => paged([isAdmin], pageToken),
      grants: ({ pageToken }) =>
        paged(
          hasScope.map((scope) =>
            grant(scope, role, { annotations: [grantExpandable({ entitlementIds: [isAdmin.id] })] }),
          ),
          pageToken,
        ),
    },
    {
      type: scopeType,
      list: ({ pageToken }) => paged(scopes, pageToken),
      entitlements: ({ resource, pageToken }) =>
        paged(
          hasScope.filter((scope) => scope.resource?.id?.resource === resource.id?.resource),
          pageToken,
        ),
    },
  ],
};

/** The longest that the main thread was held up in a part: by the clock, and of its own processor time. */
interface HeldUp {
  readonly ms: number;
  readonly cpuMs: number;
}

const resolutionMs = 5;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
const parts: Record<string, HeldUp> = {};
let part = 'validating';
let cpu = process.threadCpuUsage();
let cpuMs = 0;
const turn = (): void => {
  const { user, system } = process.threadCpuUsage(cpu);
  cpuMs = Math.max(cpuMs, (user + system) / 1_000);
  cpu = process.threadCpuUsage();
};
const turns = setInterval(turn, resolutionMs);
const book = (next: string): void => {
  turn();
  const before = parts[part] ?? { ms: 0, cpuMs: 0 };
  parts[part] = { ms: Math.max(before.ms, delay.max / 1e6), cpuMs: Math.max(before.cpuMs, cpuMs) };
  delay.reset();
  cpuMs = 0;
  part = next;
};

let uploadedBytes = 0;
const transport = createRouterTransport(({ service }) => {
  service(BatonService, {
    heartbeat: () => ({ nextHeartbeat: { seconds: 1n, nanos: 0 } }),
    async uploadAsset(requests) {
      book('Uploading the file');
      for await (const { msg } of requests) if (msg.case === 'data') uploadedBytes += msg.value.data.length;
      return {};
    },
  });
});

const folder = mkdtempSync(join(tmpdir(), 'bench-service-'));
try {
  delay.enable();
  const startedMs = performance.now();
  const outcome = await handleTask(create(TaskSchema, { id: 'task', taskType: { case: 'syncFull', value: {} } }), {
    client: createClient(BatonService, transport),
    hostId: 'bench',
    connector,
    provisioner: createProvisioner({ connector, logger: silentLogger }),
    provisioning: false,
    skipFullSync: false,
    tempDir: folder,
    stateDir: folder,
    syncOptions: {},
    logger: {
      ...silentLogger,
      info: (message) => {
        const step = /^(?:Syncing|Expanding|Checking|Finishing)[^.]*/.exec(message)?.[0];
        if (step !== undefined && step !== part) book(step);
        if (message === 'Sync complete.') book('Packing the file');
      },
    },
    signal: new AbortController().signal,
  });
  const ms = performance.now() - startedMs;
  book('');
  clearInterval(turns);
  if (outcome.kind === 'error') throw outcome.error;
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`${JSON.stringify({ ms, uploadedBytes, peakBytes, parts })}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
