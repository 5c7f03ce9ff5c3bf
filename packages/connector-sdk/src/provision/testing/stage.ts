import {
  CreateAccountRequestSchema,
  DeleteResourceRequestSchema,
  GrantManagerServiceGrantRequestSchema,
  GrantManagerServiceRevokeRequestSchema,
} from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import type { AnnouncedChange, ChangeRequest } from '../../changes.ts';
import type { Clock } from '../../http/clock.ts';
import { silentLogger } from '../../logger.ts';
import { grant } from '../../model/entitlement.ts';
import { createProvisioner } from '../create-provisioner.ts';
import type { ChangeCall, Provisioner } from '../provisioner.ts';
import { type Members, MemoryTeam, memberOf, personNamed, teamConnector } from './team.ts';

export interface Stage {
  readonly team: MemoryTeam;
  readonly provisioner: Provisioner;
  readonly call: ChangeCall;
  readonly stop: AbortController;
  readonly announced: AnnouncedChange[];
  readonly notes: string[];
}

/** A team and what changes it. `moment` comes before each write. */
export function stage(
  members: Members,
  options: {
    readonly moment?: (request: ChangeRequest, team: MemoryTeam) => Promise<void>;
    readonly clock?: Clock;
    readonly dryRun?: boolean;
  } = {},
): Stage {
  const { moment, ...rest } = options;
  const team = new MemoryTeam(members);
  const connector = teamConnector(team, async (request) => moment?.(request, team));
  const stop = new AbortController();
  const announced: AnnouncedChange[] = [];
  const notes: string[] = [];
  const call: ChangeCall = {
    signal: stop.signal,
    onAnnounced: (change) => announced.push(change),
    onNote: (note) => notes.push(note),
  };
  return {
    team,
    provisioner: createProvisioner({ connector, logger: silentLogger, ...rest }),
    call,
    stop,
    announced,
    notes,
  };
}

export const grantOf = (role: string, name: string) =>
  create(GrantManagerServiceGrantRequestSchema, { entitlement: memberOf(role), principal: personNamed(name) });
export const revocationOf = (role: string, name: string) =>
  create(GrantManagerServiceRevokeRequestSchema, { grant: grant(memberOf(role), personNamed(name)) });
export const deletionOf = (name: string) =>
  create(DeleteResourceRequestSchema, { resourceId: { resourceType: 'person', resource: name } });
export const accountFor = (email: string) =>
  create(CreateAccountRequestSchema, { accountInfo: { emails: [{ address: email, isPrimary: true }] } });
