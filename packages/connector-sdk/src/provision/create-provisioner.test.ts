import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BatonIDSchema,
  CreateAccountRequestSchema,
  CreateResourceRequestSchema,
  DeleteResourceRequestSchema,
  type Entitlement,
  EntitlementSchema,
  GrantAlreadyExistsSchema,
  GrantAlreadyRevokedSchema,
  GrantManagerServiceGrantRequestSchema,
  GrantManagerServiceRevokeRequestSchema,
  type Resource,
  ResourceDoesNotExistSchema,
  ResourceSchema,
} from '@baton-ts/protocol/connector-v2';
import { Code } from '@baton-ts/protocol/errors';
import { create } from '@bufbuild/protobuf';
import { annotation, grantImmutable, hasAnnotation } from '../model/annotations.ts';
import { grant } from '../model/entitlement.ts';
import { refused } from './testing/refused.ts';
import { accountFor, deletionOf, grantOf, revocationOf, stage } from './testing/stage.ts';
import { memberOf, personNamed } from './testing/team.ts';

test('a grant answers with what exists now, tells what it writes before it does, and passes notes on', async () => {
  const { team, provisioner, call, announced, notes } = stage({ ann: ['reader'] });
  const { grants, annotations } = await provisioner.grant(grantOf('writer', 'ann'), call);
  assert.deepEqual(team.members, { ann: ['reader', 'writer'] });
  assert.deepEqual([grants.map(({ id }) => id), annotations], [['role:writer:member:person:ann'], []]);
  assert.deepEqual(announced, [
    {
      summary: 'Replace the roles of "ann".',
      requests: [{ method: 'PUT', path: '/people/ann', body: { roles: ['reader', 'writer'] } }],
      before: ['reader'],
      after: ['reader', 'writer'],
    },
  ]);
  assert.deepEqual(notes, ['"ann" gets a letter.']);
});

test('what is there already is neither granted, revoked, deleted nor created again, and the answer says so', async () => {
  const { team, provisioner, call } = stage({ 'ann@x.org': ['reader'] });
  const granted = await provisioner.grant(grantOf('reader', 'ann@x.org'), call);
  assert.ok(hasAnnotation(granted.annotations, GrantAlreadyExistsSchema));
  const revoked = await provisioner.revoke(revocationOf('writer', 'ann@x.org'), call);
  assert.ok(hasAnnotation(revoked.annotations, GrantAlreadyRevokedSchema));
  const deleted = await provisioner.deleteResource(deletionOf('bob'), call);
  assert.ok(hasAnnotation(deleted.annotations, ResourceDoesNotExistSchema));
  const created = await provisioner.createAccount(accountFor('ann@x.org'), call);
  assert.equal(created.result.case, 'alreadyExists');
  assert.equal(team.writes, 0);
});

test('deleting and creating an account change the team', async () => {
  const { team, provisioner, call } = stage({ ann: [] });
  await provisioner.deleteResource(deletionOf('ann'), call);
  const { result } = await provisioner.createAccount(accountFor('bob@x.org'), call);
  assert.deepEqual(team.members, { 'bob@x.org': [] });
  assert.ok(result.case === 'success' && result.value.isCreateAccountResult);
  assert.equal(result.value.resource?.id?.resource, 'bob@x.org');
  assert.equal(result.value.invitationExpiresAt?.seconds, 1_893_456_000n);
});

test('what is fixed is refused with its reason, before anybody is asked', async () => {
  const { team, provisioner, call } = stage({ ann: [] });
  await assert.rejects(
    provisioner.grant(grantOf('founder', 'ann'), call),
    refused(Code.FailedPrecondition, /"role:founder:member" can be neither granted nor revoked: Who founded the team/),
  );
  const held = grant(memberOf('reader'), personNamed('ann'), { annotations: [grantImmutable({ reason: 'By law.' })] });
  await assert.rejects(
    provisioner.revoke(create(GrantManagerServiceRevokeRequestSchema, { grant: held }), call),
    refused(Code.FailedPrecondition, /the grant "role:reader:member:person:ann" cannot be revoked: By law$/),
  );
  const derived = grant(memberOf('reader'), personNamed('ann'), {
    annotations: [grantImmutable()],
    sources: { 'role:writer:member': { isDirect: false } },
  });
  await assert.rejects(
    provisioner.revoke(create(GrantManagerServiceRevokeRequestSchema, { grant: derived }), call),
    refused(Code.FailedPrecondition, /held through role:writer:member; revoke that instead$/),
  );
  assert.equal(team.writes, 0);
});

test('a resource of another connector is not changed', async () => {
  const { provisioner, call } = stage({ ann: [] });
  const request = grantOf('reader', 'ann');
  request.entitlement?.resource?.annotations.push(annotation(BatonIDSchema));
  await assert.rejects(
    provisioner.grant(request, call),
    refused(Code.FailedPrecondition, /reader comes from another connector's file/),
  );
});

test('an entitlement is granted to its own types alone', async () => {
  const { provisioner, call } = stage({ ann: [] });
  const request = create(GrantManagerServiceGrantRequestSchema, {
    entitlement: memberOf('reader'),
    principal: memberOf('writer').resource ?? assert.fail(),
  });
  await assert.rejects(
    provisioner.grant(request, call),
    refused(
      Code.InvalidArgument,
      /"role:reader:member" can be granted to .* person only, and role "writer" is .* "role"/,
    ),
  );
});

test('a type without the function is named, with the types that have it', async () => {
  const { provisioner, call } = stage({ ann: [] });
  const entitlement = create(EntitlementSchema, { id: 'person:ann:friend', resource: personNamed('ann') });
  const request = create(GrantManagerServiceGrantRequestSchema, { entitlement, principal: personNamed('bob') });
  await assert.rejects(
    provisioner.grant(request, call),
    refused(Code.Unimplemented, /cannot grant "person:ann:friend"; it can for the resource types role$/),
  );
  await assert.rejects(
    provisioner.deleteResource(
      create(DeleteResourceRequestSchema, { resourceId: { resourceType: 'role', resource: 'reader' } }),
      call,
    ),
    refused(Code.Unimplemented, /cannot delete resources of the type "role"; it can for the resource types person$/),
  );
  await assert.rejects(
    provisioner.createResource(create(CreateResourceRequestSchema, { resource: personNamed('x') }), call),
    refused(Code.Unimplemented, /this connector cannot create anything$/),
  );
});

test('a malformed request is refused with the name of the field', async () => {
  const { provisioner, call } = stage({ ann: [] });
  const grants = async (entitlement: Entitlement | undefined, principal: Resource | undefined, lacks: string) => {
    const request = create(GrantManagerServiceGrantRequestSchema, {
      ...(entitlement && { entitlement }),
      ...(principal && { principal }),
    });
    await assert.rejects(
      provisioner.grant(request, call),
      refused(Code.InvalidArgument, new RegExp(`^the request lacks ${lacks}$`)),
    );
  };
  const ann = personNamed('ann');
  await grants(undefined, ann, 'entitlement');
  await grants(memberOf('reader'), undefined, 'principal');
  await grants(create(EntitlementSchema, { id: 'x' }), ann, 'entitlement\\.resource');
  await grants(create(EntitlementSchema, { resource: ann }), ann, 'entitlement\\.id');
  await grants(
    memberOf('reader'),
    create(ResourceSchema, { id: { resourceType: 'person' } }),
    'principal\\.id\\.resource',
  );
  await assert.rejects(
    provisioner.revoke(create(GrantManagerServiceRevokeRequestSchema, {}), call),
    refused(Code.InvalidArgument, /lacks grant$/),
  );
  await assert.rejects(
    provisioner.deleteResource(create(DeleteResourceRequestSchema, {}), call),
    refused(Code.InvalidArgument, /lacks resource_id$/),
  );
  await assert.rejects(
    provisioner.deleteResource(deletionOf('x'.repeat(1025)), call),
    refused(Code.InvalidArgument, /resource_id\.resource is longer than 1024 bytes/),
  );
  await assert.rejects(
    provisioner.createAccount(create(CreateAccountRequestSchema, {}), call),
    refused(Code.InvalidArgument, /lacks account_info$/),
  );
  for (const address of ['ann', 'a b@x.org', '@x.org', 'a@', 'a@x..org', `${'a'.repeat(65)}@x.org`]) {
    await assert.rejects(
      provisioner.createAccount(accountFor(address), call),
      refused(Code.InvalidArgument, /is not an e-mail address$/),
    );
  }
});

test('what a library throws is told with what was being done', async () => {
  const { provisioner, call } = stage(
    { ann: [] },
    {
      moment: async () => {
        throw new TypeError('x is not a function');
      },
    },
  );
  await assert.rejects(
    provisioner.grant(grantOf('reader', 'ann'), call),
    refused(Code.Unknown, /^granting "role:reader:member" to person "ann": x is not a function$/),
  );
});
