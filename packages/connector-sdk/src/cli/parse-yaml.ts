import { BatonError, Code } from '@baton-ts/protocol/errors';
import { LineCounter, parseDocument } from 'yaml';

/** What a YAML text says. Aliases are refused: a settings file needs none, and they can grow without bound. */
export function parseYaml(text: string, path: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fault = document.errors[0];
  if (fault !== undefined) {
    const line = lines.linePos(fault.pos[0]).line;
    throw new BatonError(Code.Unknown, `the config file ${path} is not valid YAML, line ${line}`, { cause: fault });
  }
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw new BatonError(Code.Unknown, `the config file ${path} uses YAML aliases, which are not supported`, {
      cause: error,
    });
  }
}
