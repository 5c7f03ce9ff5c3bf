import {
  type ConnectorAccountCreationSchema,
  type ConnectorAccountCreationSchema_FieldSchema,
  ConnectorAccountCreationSchemaSchema,
} from '@baton-ts/protocol/connector-v2';
import { create, type MessageInitShape } from '@bufbuild/protobuf';

type FieldInit = MessageInitShape<typeof ConnectorAccountCreationSchema_FieldSchema>;
type Answer = NonNullable<FieldInit['field']>;

/** The least scope that an invitation can ask for: SendGrid gives it to everybody anyway (`sendgrid-api.md §6`). */
export const leastScope = 'user.profile.read';
/** What can be asked for in place of scopes (`sendgrid-api.md §5`). */
export const personas = ['accountant', 'developer', 'marketer', 'observer'] as const;
export type Persona = (typeof personas)[number];

const text: Answer = { case: 'stringField', value: {} };
const yesOrNo: Answer = { case: 'boolField', value: { defaultValue: false } };

/** What is asked about a new account, in the order of a form. */
const fields = {
  email: {
    displayName: 'E-mail address',
    description:
      'Where the invitation goes. For single sign-on it must be the address that the sign-in provider knows, and it cannot be changed later.',
    placeholder: 'jane@example.com',
    required: true,
    field: text,
  },
  scopes: {
    displayName: 'Scopes',
    description:
      'What the person may do, by SendGrid’s names of scopes. Left out for admins and with a persona or restricted subuser access. SendGrid adds its own minimum.',
    placeholder: 'mail.send, stats.read',
    field: { case: 'stringListField', value: { defaultValue: [leastScope] } },
  },
  is_admin: {
    displayName: 'Admin',
    description:
      'The person may do everything that the account can, people and API keys included. Scopes do not count then.',
    field: yesOrNo,
  },
  is_sso: {
    displayName: 'Single sign-on',
    description:
      'Make a teammate who signs in through the account’s single sign-on, at once and without an invitation. Needs the first and the last name. The fields below are for such teammates only.',
    field: yesOrNo,
  },
  first_name: {
    displayName: 'First name',
    description: 'Needed for single sign-on; others choose their name when they accept.',
    placeholder: 'Jane',
    field: text,
  },
  last_name: {
    displayName: 'Last name',
    description: 'Needed for single sign-on; others choose their name when they accept.',
    placeholder: 'Doe',
    field: text,
  },
  persona: {
    displayName: 'Persona',
    description: `A set of scopes that SendGrid has made up, in place of single ones: ${personas.join(', ')}. Single sign-on only.`,
    placeholder: 'developer',
    field: text,
  },
  has_restricted_subuser_access: {
    displayName: 'Restricted to subusers',
    description:
      'The person may act only inside the subusers named below, and not in the account itself. Single sign-on only; excludes scopes, persona and admin.',
    field: yesOrNo,
  },
  subuser_access: {
    displayName: 'Subuser access',
    description:
      'The subusers that a restricted person may act in, as JSON: each with its username or id, permission_type (admin or restricted) and, for restricted, scopes. Single sign-on only.',
    placeholder: '[{"username": "brand_a", "permission_type": "restricted", "scopes": ["stats.read"]}]',
    field: text,
  },
} as const satisfies Readonly<Record<string, FieldInit>>;

export type AccountField = keyof typeof fields;
export const accountFields: ReadonlySet<string> = new Set(Object.keys(fields));

/** Describes the fields that `account.profile` may hold. */
export const accountSchema: ConnectorAccountCreationSchema = create(ConnectorAccountCreationSchemaSchema, {
  fieldMap: Object.fromEntries(
    Object.entries(fields).map(([name, field], index) => [name, { ...field, order: index + 1 }]),
  ),
});
