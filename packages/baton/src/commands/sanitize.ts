import type { Command } from './command.ts';

export const sanitizeCommand: Command = {
  name: 'sanitize',
  summary: 'Write a copy in which nobody can be recognised, to show to others',
  usage: 'sanitize --out FILE [--secret-file FILE] [--anchor TIME] [flags]',
  details:
    'Replaces every name, id, e-mail address, domain, description and profile value, the same one by the same mask wherever\n' +
    'it stands, and shifts all times by the same span. Words of the field stay, as user, role, member or department, where a\n' +
    'resource type, a permission or a profile key is named. Masks are made with a secret, kept in FILE.secret: with the\n' +
    'same secret another file gets the same masks.',
  flags: [
    {
      name: 'out',
      kind: 'string',
      default: '',
      group: 'Output',
      description: 'The file to write, which must not exist',
    },
    {
      name: 'out-engine',
      kind: 'string',
      default: 'sqlite',
      group: 'Output',
      description: 'The storage engine of the copy; only sqlite is offered',
    },
    {
      name: 'secret-file',
      kind: 'string',
      group: 'Masks',
      description: 'The secret of an earlier run, at least 32 bytes; otherwise a new one is made',
    },
    {
      name: 'anchor',
      kind: 'string',
      group: 'Masks',
      description: 'When the newest sync of the copy began, as 2020-01-01T00:00:00Z, the default',
    },
    {
      name: 'allow-unknown-annotations',
      kind: 'bool',
      group: 'Masks',
      description: 'Leave annotations of unknown types out instead of refusing the file',
    },
  ],
  run: async (context) => (await import('../sanitize/sanitize-file.ts')).sanitizeFile(context),
};
