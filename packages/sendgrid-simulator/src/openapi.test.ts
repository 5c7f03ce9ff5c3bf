import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isJsonObject } from './json.ts';
import { findRoute } from './router.ts';
import { type Asking, simulatorFor } from './testing/ask.ts';

const folder = join(import.meta.dirname, '../../../../shared/sendgrid-oai');
const skip = existsSync(folder)
  ? false
  : 'the official descriptions are not beside the checkout (../shared/sendgrid-oai)';

/** Where the simulator follows the real service and not its description; an entry that no answer shows is an error. */
const differences: readonly { readonly answer: string; readonly problem: string; readonly why: string }[] = [
  {
    answer: 'PATCH /v3/sso/teammates/{username} 400',
    problem: ' must be array',
    why: 'described as a bare array, seen in the wrapper of all other errors (sendgrid-api.md §2)',
  },
];

/** One call for each answer; `{token}`, `{key}`: from the answer before. */
const calls: readonly (readonly [status: number, request: string, asking?: Asking])[] = [
  [200, 'GET /v3/teammates'],
  [200, 'GET /v3/teammates/dmarlowe-ext'],
  [200, 'GET /v3/teammates/northwind'],
  [200, 'PATCH /v3/teammates/dmarlowe-ext', { body: { scopes: ['stats.read'], is_admin: false } }],
  [400, 'PATCH /v3/teammates/dmarlowe-ext', { body: { scopes: ['no.such.scope'], is_admin: false } }],
  [404, 'PATCH /v3/teammates/nobody', { body: { scopes: [], is_admin: false } }],
  [404, 'DELETE /v3/teammates/nobody'],
  [200, 'GET /v3/teammates/astrid.nyberg@northwind.example.com/subuser_access'],
  [200, 'GET /v3/teammates/astrid.nyberg@northwind.example.com/subuser_access?limit=1'],
  [201, 'POST /v3/teammates', { body: { email: 'guest@example.com', scopes: ['stats.read'], is_admin: false } }],
  [400, 'POST /v3/teammates', { body: { email: 'guest@example.com', scopes: ['stats.read'], is_admin: false } }],
  [200, 'GET /v3/teammates/pending'],
  [404, 'POST /v3/teammates/pending/nothing/resend'],
  [404, 'DELETE /v3/teammates/pending/nothing'],
  [
    201,
    'POST /v3/sso/teammates',
    { body: { email: 'kim@example.com', first_name: 'Kim', last_name: 'Example', scopes: ['stats.read'] } },
  ],
  [
    200,
    'PATCH /v3/sso/teammates/kim@example.com',
    {
      body: {
        first_name: 'Kim',
        last_name: 'Example',
        has_restricted_subuser_access: true,
        subuser_access: [{ id: 481_203, permission_type: 'restricted', scopes: ['stats.read'] }],
      },
    },
  ],
  [400, 'PATCH /v3/sso/teammates/kim@example.com', { body: { first_name: 'Kim' } }],
  [200, 'GET /v3/subusers?include_region=true'],
  [
    200,
    'POST /v3/subusers',
    { body: { username: 'summit', email: 'summit@example.com', password: 'not-a-real-one', ips: ['192.0.2.1'] } },
  ],
  [400, 'PATCH /v3/subusers/summit', { body: {} }],
  [200, 'GET /v3/scopes'],
  [200, 'GET /v3/api_keys'],
  [201, 'POST /v3/api_keys', { body: { name: 'new', scopes: ['mail.send'] } }],
  [200, 'GET /v3/api_keys/{key}'],
  [200, 'PATCH /v3/api_keys/{key}', { body: { name: 'newer' } }],
  [200, 'PUT /v3/api_keys/{key}', { body: { name: 'newest', scopes: ['mail.send'] } }],
  [404, 'GET /v3/api_keys/nothing'],
  [200, 'GET /v3/user/username'],
  [200, 'GET /v3/user/account'],
  [200, 'GET /v3/user/profile'],
  [401, 'GET /v3/scopes', { key: 'wrong' }],
  [401, 'GET /v3/subusers', { key: 'wrong' }],
];

/** The schema of an answer, as a reference that ajv can follow; undefined when the description has none. */
function schemaReferences(): (method: string, template: string, status: number) => string | undefined {
  const documents = readdirSync(folder).filter((file) => file.endsWith('.json'));
  for (const file of documents)
    if (!ajv.getSchema(file)) ajv.addSchema(JSON.parse(readFileSync(join(folder, file), 'utf8')), file);
  return (method, template, status) => {
    for (const file of documents) {
      const document: unknown = ajv.getSchema(file)?.schema;
      const responses = child(document, 'paths', describedTemplate(template), method.toLowerCase(), 'responses');
      if (!isJsonObject(responses)) continue;
      const response = child(responses, String(status));
      const shared = child(response, '$ref');
      const pointer =
        typeof shared === 'string'
          ? shared
          : `#/paths/${escape(describedTemplate(template))}/${method.toLowerCase()}/responses/${status}`;
      const target = typeof shared === 'string' ? child(document, ...shared.slice(2).split('/')) : response;
      if (child(target, 'content', 'application/json', 'schema') === undefined) return undefined;
      return `${file}${pointer}/content/application~1json/schema`;
    }
    return undefined;
  };
}

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true, logger: false });
const escape = (name: string) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
/** The description names one parameter in two ways. */
const describedTemplate = (template: string) =>
  template.replace('{username}/subuser_access', '{teammate_name}/subuser_access');

function child(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => (isJsonObject(at) ? at[name] : undefined), value);
}

test('every answer is what the official description says, where the service does not differ', { skip }, async (t) => {
  const expected = differences.map(({ answer, problem }) => `${answer}: ${problem}`);
  assert.deepEqual(await problemsOf(t, false), expected.toSorted());
});

test('as documented, every answer is what the official description says', { skip }, async (t) => {
  assert.deepEqual(await problemsOf(t, true), []);
});

async function problemsOf(t: TestContext, asDocumented: boolean): Promise<readonly string[]> {
  const { ask } = await simulatorFor(t, { asDocumented });
  const referenceOf = schemaReferences();
  const seen = new Set<string>();
  let checked = 0;
  let key = '';
  for (const [status, request, asking] of calls) {
    const reply = await ask(request.replace('{key}', key), asking);
    assert.equal(reply.status, status, `${request}: ${reply.text}`);
    if (typeof reply.json.api_key === 'string') key = String(reply.json.api_key_id);
    const [method = '', path = ''] = request.split(' ');
    const template = findRoute(method, path.replace(/\?.*/, ''))?.route.template ?? '';
    const reference = referenceOf(method, template, status);
    if (reference === undefined) continue;
    checked += 1;
    const validate = ajv.compile({ $ref: reference });
    if (validate(JSON.parse(reply.text))) continue;
    for (const { instancePath, message } of validate.errors ?? []) {
      seen.add(`${method} ${template} ${status}: ${instancePath.replaceAll(/\/\d+/g, '/*')} ${message}`);
    }
  }
  assert.ok(checked >= 20, `only ${checked} answers have a described form`);
  return [...seen].sort();
}
