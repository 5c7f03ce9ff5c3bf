import { defaultOf, type FlagSpec, parseValue } from '@baton-ts/command-line';
import { BatonError } from '@baton-ts/protocol/errors';
import type { Prompts } from './prompts.ts';

/**
 * Asks for the value of each setting until it is one. An empty answer leaves a setting out that has to have none.
 *
 * @returns the text of a config file
 */
export async function askSettings(specs: readonly FlagSpec[], prompts: Prompts): Promise<string> {
  const lines: string[] = [];
  for (const spec of specs) {
    prompts.tell(`${spec.description}${choices(spec)}`);
    for (;;) {
      const answer = await prompts.ask(`Enter ${spec.name}: `, spec.secret === true);
      if (answer === '' && spec.required !== true) break;
      const fault = faultOf(spec, answer);
      if (fault === undefined) {
        // JSON is YAML, with every text quoted: nothing in it is taken for something else.
        lines.push(`${spec.name}: ${JSON.stringify(answer)}\n`);
        break;
      }
      prompts.tell(fault);
    }
  }
  return lines.join('');
}

function choices(spec: FlagSpec): string {
  if (spec.required === true) return '';
  const words = spec.kind === 'bool' ? ['true', 'false'] : (spec.oneOf ?? []);
  const normally = defaultOf(spec);
  const usual = normally === '' ? 'or nothing' : `nothing for ${String(normally)}`;
  return ` (${[...words, usual].join(', ')})`;
}

function faultOf(spec: FlagSpec, answer: string): string | undefined {
  if (answer === '') return `${spec.name} is needed.`;
  try {
    const value = parseValue(spec.kind, answer, spec.name, spec.secret !== true);
    if (spec.oneOf !== undefined && !spec.oneOf.includes(answer)) return `It must be one of ${spec.oneOf.join(', ')}.`;
    if (typeof value === 'number' && (value < (spec.min ?? value) || value > (spec.max ?? value))) {
      return `It must be from ${spec.min ?? '…'} to ${spec.max ?? '…'}.`;
    }
    return undefined;
  } catch (error) {
    if (BatonError.is(error)) return error.message;
    throw error;
  }
}
