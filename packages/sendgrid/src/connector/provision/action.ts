import type { ActionOutcome, ChangeRequest, ConnectorAction } from '@baton-ts/connector-sdk';
import { type Field, FieldSchema } from '@baton-ts/protocol/config-v1';
import { BatonActionSchemaSchema } from '@baton-ts/protocol/connector-v2';
import { create, type JsonObject, type MessageInitShape } from '@bufbuild/protobuf';
import { invalid } from './profile-fields.ts';

interface FieldWords {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly placeholder?: string;
  readonly isRequired?: boolean;
  readonly isSecret?: boolean;
}

export function textField(words: FieldWords): Field {
  return create(FieldSchema, { ...words, field: { case: 'stringField', value: {} } });
}

export function boolField(words: FieldWords): Field {
  return create(FieldSchema, { ...words, field: { case: 'boolField', value: {} } });
}

/** An action that answers whether it succeeded besides what its own return types say. */
export function action(
  schema: MessageInitShape<typeof BatonActionSchemaSchema> & { readonly returnTypes: Field[] },
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

/** The arguments of an action, checked against its schema. What was left empty is not given. */
export class Args {
  readonly #args: JsonObject;

  constructor(args: JsonObject) {
    this.#args = args;
  }

  flag(name: string): boolean {
    return this.#args[name] === true;
  }

  /** The one of several texts that is given. */
  oneOf<Name extends string>(...names: readonly Name[]): readonly [name: Name, value: string] {
    for (const name of names) {
      const value = this.#args[name];
      if (typeof value === 'string' && value !== '') return [name, value];
    }
    throw invalid(`Give ${names.join(' or ')}`);
  }
}
