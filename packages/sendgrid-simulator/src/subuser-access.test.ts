import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Fault } from './faults.ts';
import { isJsonObject } from './json.ts';
import { simulatorFor } from './testing/ask.ts';

const hugo = '/v3/teammates/hugo.lefebvre%40northwind.example.com/subuser_access';
const astrid = '/v3/teammates/astrid.nyberg%40northwind.example.com/subuser_access';

function entries(json: Record<string, unknown>): readonly Record<string, unknown>[] {
  return Array.isArray(json.subuser_access) ? json.subuser_access.filter(isJsonObject) : [];
}

async function cursorWith(
  t: TestContext,
  form: Extract<Fault, { kind: 'cursor' }>['form'] | undefined,
): Promise<unknown> {
  const { ask, control } = await simulatorFor(t);
  if (form) control.addFault({ kind: 'cursor', form });
  const { json } = await ask(`GET ${astrid}?limit=1`);
  if (!isJsonObject(json._metadata)) return 'no metadata';
  const params = json._metadata.next_params;
  return isJsonObject(params) ? params.after_subuser_id : params;
}

test('a restricted teammate shows each subuser with its kind of access', async (t) => {
  const { ask } = await simulatorFor(t);
  const { json } = await ask(`GET ${hugo}`);
  assert.equal(json.has_restricted_subuser_access, true);
  assert.deepEqual(
    entries(json).map(({ username, permission_type, scopes }) => [username, permission_type, scopes]),
    [['trailhead', 'admin', []]],
  );
});

test('restricted entries hold the baseline of read scopes that nobody asked for', async (t) => {
  const { ask } = await simulatorFor(t);
  const [first] = entries((await ask(`GET ${astrid}`)).json);
  assert.ok(Array.isArray(first?.scopes) && first.scopes.includes('user.timezone.read'));
});

test('an admin shows every subuser and no restriction', async (t) => {
  const { ask } = await simulatorFor(t);
  const { json } = await ask('GET /v3/teammates/northwind/subuser_access');
  assert.equal(json.has_restricted_subuser_access, false);
  assert.deepEqual(new Set(entries(json).map(({ permission_type }) => permission_type)), new Set(['admin']));
  assert.equal(entries(json).length, 4);
});

test('pages of subuser access follow an integer cursor to the end', async (t) => {
  const { ask } = await simulatorFor(t);
  const first = await ask(`GET ${astrid}?limit=1`);
  assert.deepEqual(
    entries(first.json).map(({ username }) => username),
    ['trailhead'],
  );
  const second = await ask(`GET ${astrid}?limit=1&after_subuser_id=481203`);
  assert.deepEqual(
    entries(second.json).map(({ username }) => username),
    ['peak-and-pine'],
  );
  assert.deepEqual(second.json._metadata, { next_params: {} });
});

test('the cursor comes as an integer, a string, null, or not at all', async (t) => {
  assert.equal(await cursorWith(t, undefined), 481_203);
  assert.equal(await cursorWith(t, 'integer'), 481_203);
  assert.equal(await cursorWith(t, 'string'), '481203');
  assert.equal(await cursorWith(t, 'null'), null);
  assert.equal(await cursorWith(t, 'missing'), 'no metadata');
});

test('a stuck cursor stays where it is on every page', async (t) => {
  const { ask, control } = await simulatorFor(t);
  control.addFault({ kind: 'cursor', form: 'stuck', times: 'forever' });
  const pages = [await ask(`GET ${astrid}`), await ask(`GET ${astrid}`)];
  assert.deepEqual(pages[0]?.json._metadata, pages[1]?.json._metadata);
});

test('subuser access filters by the subuser’s name', async (t) => {
  const { ask } = await simulatorFor(t);
  const { json } = await ask(`GET ${astrid}?username=peak-and-pine`);
  assert.deepEqual(
    entries(json).map(({ username }) => username),
    ['peak-and-pine'],
  );
});
