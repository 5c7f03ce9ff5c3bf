import {
  type ActionOutcome,
  BatonError,
  type ChangeRequest,
  Code,
  type ConnectorAction,
} from '@baton-ts/connector-sdk';
import { type Constraint, ConstraintKind, ConstraintSchema } from '@baton-ts/protocol/config-v1';
import { ActionType } from '@baton-ts/protocol/connector-v2';
import { create } from '@bufbuild/protobuf';
import type { Subuser } from '../../api/schemas.ts';
import { setSubuserDisabled, setSubuserWebsiteAccess } from '../../api/writes.ts';
import { subuserType } from '../resource-types.ts';
import type { Source } from '../source.ts';
import { type Args, action, boolField, textField } from './action.ts';
import { announceChange, lostAndUndone, lostButDone, readBack, sendOnce } from './carry-out.ts';

/** Switches subusers off and on (`sendgrid-api.md §7`). */
export function subuserActions(source: Source): readonly ConnectorAction[] {
  return [disabling(source, true), disabling(source, false), websiteAccess(source)];
}

const either = ['username', 'id'];

const whichSubuser = [
  textField({
    name: 'username',
    displayName: 'Username',
    description: 'Which subuser, by its username as SendGrid spells it.',
    placeholder: 'brand_a',
  }),
  textField({ name: 'id', displayName: 'Id', description: 'Which subuser, by its number.', placeholder: '481203' }),
];

const oneSubuser: Constraint[] = [
  create(ConstraintSchema, {
    kind: ConstraintKind.AT_LEAST_ONE,
    fieldNames: either,
    name: 'which_subuser',
    helpText: 'Give the username or the id.',
  }),
  create(ConstraintSchema, {
    kind: ConstraintKind.MUTUALLY_EXCLUSIVE,
    fieldNames: either,
    name: 'one_subuser',
    helpText: 'Give the username or the id, not both.',
  }),
];

const thatSubuser = [
  textField({ name: 'username', displayName: 'Username', description: 'The subuser that was changed.' }),
  textField({ name: 'id', displayName: 'Id', description: 'Its number.' }),
];

function disabling(source: Source, disabled: boolean): ConnectorAction {
  return action(
    {
      name: disabled ? 'disable_subuser' : 'enable_subuser',
      displayName: disabled ? 'Disable a subuser' : 'Enable a subuser',
      description: disabled
        ? 'Nobody can sign in to the subuser any more, and it sends no mail until it is enabled again.'
        : 'The subuser can sign in and send mail again.',
      actionType: [disabled ? ActionType.RESOURCE_DISABLE : ActionType.RESOURCE_ENABLE],
      resourceTypeId: subuserType.id,
      arguments: whichSubuser,
      constraints: oneSubuser,
      returnTypes: [
        ...thatSubuser,
        boolField({ name: 'disabled', displayName: 'Disabled', description: 'What a read shows afterwards.' }),
      ],
    },
    async (args, request) => setDisabled(source, await subuserOf(source, args, request), disabled, request),
  );
}

async function setDisabled(
  source: Source,
  subuser: Subuser,
  disabled: boolean,
  request: ChangeRequest,
): Promise<ActionOutcome> {
  const { id, username } = subuser;
  const response = { username, id, disabled };
  const state = (isDisabled: boolean) => (isDisabled ? 'disabled' : 'enabled');
  const name = `The subuser ${JSON.stringify(username)}`;
  if (subuser.disabled === disabled)
    return { response, notes: [`${name} was ${state(disabled)} before; nothing was done.`] };
  const write = setSubuserDisabled(username, disabled);
  const [before, after] = [[state(subuser.disabled)], [state(disabled)]];
  const summary = `${disabled ? 'Disable' : 'Enable'} the subuser ${JSON.stringify(username)}.`;
  await announceChange(source, { summary, writes: [write], before, after }, request);
  const lost = await sendOnce(source, write, request);
  const now = await readBack(write, () => find(source, (one) => one.id === id, request));
  if (now?.disabled === disabled) return { response, notes: lostButDone(lost) };
  if (lost) throw lostAndUndone(lost);
  throw new BatonError(
    Code.Aborted,
    `SendGrid took the change, but a read shows that the subuser ${JSON.stringify(username)} is ${now ? `${state(now.disabled)} still` : 'gone'}. Sync again to see.`,
  );
}

function websiteAccess(source: Source): ConnectorAction {
  return action(
    {
      name: 'set_subuser_website_access',
      displayName: 'Switch a subuser’s website access',
      description:
        'Without website access nobody can sign in to the subuser on SendGrid’s website, while it goes on sending mail. SendGrid cannot be asked whether it is on.',
      actionType: [ActionType.DYNAMIC],
      resourceTypeId: subuserType.id,
      arguments: [
        ...whichSubuser,
        boolField({
          name: 'enabled',
          displayName: 'Website access',
          description: 'Whether people can sign in to the subuser.',
          isRequired: true,
        }),
      ],
      constraints: oneSubuser,
      returnTypes: [
        ...thatSubuser,
        boolField({ name: 'enabled', displayName: 'Website access', description: 'What SendGrid accepted.' }),
      ],
    },
    async (args, request) => {
      const enabled = args.flag('enabled');
      const { username, id } = await subuserOf(source, args, request);
      const write = setSubuserWebsiteAccess(username, !enabled);
      const summary = `Switch the website access of the subuser ${JSON.stringify(username)} ${enabled ? 'on' : 'off'}.`;
      await announceChange(source, { summary, writes: [write] }, request);
      const lost = await sendOnce(source, write, request);
      if (lost) {
        throw new BatonError(
          lost.code,
          `It is not known whether SendGrid did ${write.doing}: its answer was lost, and website access cannot be read. Do it again: that changes nothing more.`,
          { cause: lost, retryable: lost.retryable },
        );
      }
      return {
        response: { username, id, enabled },
        notes: ['SendGrid accepted it; website access cannot be read back, so nothing more is known.'],
      };
    },
  );
}

async function subuserOf(source: Source, args: Args, request: ChangeRequest): Promise<Subuser> {
  const [by, value] = args.oneOf('username', 'id');
  const found = await find(source, (one) => one[by] === value, request);
  if (found) return found;
  throw new BatonError(
    Code.NotFound,
    `The account has no subuser with the ${by} ${JSON.stringify(value)}. Usernames count exactly as SendGrid spells them.`,
  );
}

/** There is no call for one subuser (`sendgrid-api.md §7`). */
async function find(
  source: Source,
  isIt: (subuser: Subuser) => boolean,
  { signal }: ChangeRequest,
): Promise<Subuser | undefined> {
  for await (const page of source.client.subuserPages({ signal })) {
    const found = page.find(isIt);
    if (found) return found;
  }
  return undefined;
}
