import type { ActionOutcome, ChangeRequest, ConnectorAction } from '@baton-ts/connector-sdk';
import type { FieldSchema } from '@baton-ts/protocol/config-v1';
import { BatonActionSchemaSchema } from '@baton-ts/protocol/connector-v2';
import { create, type JsonObject, type MessageInitShape } from '@bufbuild/protobuf';
import { invalid } from './profile-fields.ts';

type FieldInit = MessageInitShape<typeof FieldSchema>;

export const textField = (field: FieldInit): FieldInit => ({ ...field, field: { case: 'stringField', value: {} } });
export const boolField = (field: FieldInit): FieldInit => ({ ...field, field: { case: 'boolField', value: {} } });

/** An action that answers whether it succeeded besides what its own return types say. */
export function action(
  schema: MessageInitShape<typeof BatonActionSchemaSchema> & { readonly returnTypes: FieldInit[] },
  run: (args: Args, request: ChangeRequest) => Promise<ActionOutcome>,
): ConnectorAction {
  const success = boolField({ name: 'success', displayName: 'Done', description: 'Whether it was done.' });
  return {
    schema: create(BatonActionSchemaSchema, { ...schema, returnTypes: [success, ...schema.returnTypes] }),
    async run({ args, ...request }) {
      const outcome = await run(new Args(args), request);
      return { ...outcome, response: { success: true, ...outcome.response } };
    },
  };
}

/** The arguments of an action. What was left empty is not given. */
export class Args {
  readonly #args: JsonObject;

  constructor(args: JsonObject) {
    this.#args = args;
  }

  text(name: string): string | undefined {
    const value = this.#args[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw invalid(`${name} must be text`);
    return value === '' ? undefined : value;
  }

  flag(name: string): boolean {
    const value = this.#args[name];
    if (typeof value === 'boolean') return value;
    throw invalid(`${name} must be true or false`);
  }

  /** The one of two that is given. */
  oneOf<A extends string, B extends string>(a: A, b: B): readonly [name: A | B, value: string] {
    const [first, second] = [this.text(a), this.text(b)];
    if (first !== undefined && second === undefined) return [a, first];
    if (second !== undefined && first === undefined) return [b, second];
    throw invalid(first === undefined ? `Give ${a} or ${b}` : `Give either ${a} or ${b}, not both`);
  }
}
