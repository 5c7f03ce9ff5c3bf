import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ConfigField } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import { z } from 'zod';
import { hostedCommand } from './hosted-program.ts';

/** `config` prints at once; a program that does not is broken. */
const TIMEOUT_MS = 60_000;
const LARGEST_BYTES = 1024 ** 2;

const run = promisify(execFile);

const common = {
  name: z.string().regex(/^[a-z][a-z0-9-]{0,99}$/),
  displayName: z.string().optional(),
  description: z.string().optional(),
  placeholder: z.string().optional(),
  isRequired: z.boolean().optional(),
  isOps: z.boolean().optional(),
  isHidden: z.boolean().optional(),
  isSecret: z.boolean().optional(),
};
const option = z.object({ value: z.string(), name: z.string().optional(), displayName: z.string().optional() });
const field = z.object({
  ...common,
  stringField: z.object({ defaultValue: z.string().optional(), options: z.array(option).optional() }).optional(),
  boolField: z.object({ defaultValue: z.boolean().optional() }).optional(),
  /** 64-bit integers are strings in protobuf JSON. */
  intField: z.object({ defaultValue: z.union([z.string(), z.number()]).optional() }).optional(),
  stringSliceField: z.object({ defaultValue: z.array(z.string()).optional() }).optional(),
});
type PrintedField = z.infer<typeof field>;
const configuration = z.object({ fields: z.array(field).max(200) });

/**
 * Reads the settings of a connector from its own `config` command. Those that are for who runs the process are left out:
 * the console is that.
 *
 * @param bin the JavaScript file of the program
 * @throws BatonError `FailedPrecondition` when the program does not start, or prints something else
 */
export async function readConfigSchema(bin: string): Promise<ConfigField[]> {
  try {
    const { stdout } = await run(process.execPath, [...hostedCommand(bin).args, 'config'], {
      env: { PATH: process.env['PATH'] },
      timeout: TIMEOUT_MS,
      maxBuffer: LARGEST_BYTES,
    });
    return fieldsOf(JSON.parse(stdout));
  } catch (cause) {
    throw new BatonError(
      Code.FailedPrecondition,
      'The connector does not tell what its settings are. Check that baton-sendgrid is installed beside the console.',
      { cause },
    );
  }
}

export function fieldsOf(printed: unknown): ConfigField[] {
  return configuration
    .parse(printed)
    .fields.filter(({ isOps, isHidden }) => isOps !== true && isHidden !== true)
    .map(formField);
}

function formField(field: PrintedField): ConfigField {
  const { stringField, boolField, intField, stringSliceField } = field;
  const options = stringField?.options ?? [];
  const base = {
    name: field.name,
    displayName: field.displayName ?? field.name,
    description: field.description ?? '',
    required: field.isRequired ?? false,
    placeholder: field.placeholder ?? '',
    options: options.map(({ value, name, displayName }) => ({ value, label: displayName ?? name ?? value })),
  };
  if (boolField !== undefined) return { ...base, kind: 'bool', defaultValue: boolField.defaultValue ?? false };
  if (intField !== undefined) {
    const { defaultValue } = intField;
    return { ...base, kind: 'int', defaultValue: defaultValue === undefined ? null : Number(defaultValue) };
  }
  if (stringSliceField !== undefined) {
    return { ...base, kind: 'strings', defaultValue: stringSliceField.defaultValue ?? [] };
  }
  if (field.isSecret === true) return { ...base, kind: 'secret', defaultValue: null };
  return { ...base, kind: options.length > 0 ? 'choice' : 'string', defaultValue: stringField?.defaultValue ?? null };
}
