import type { CommandSpec } from '@baton-ts/command-line';

const administrator = 'Needs a prompt that was opened with "Run as administrator".';

/** What the program can do on Windows alone (`cli.md §A.12`). */
export const windowsCommands: readonly CommandSpec[] = [
  {
    name: 'setup',
    summary: 'Ask for the settings, then install the service',
    usage: 'setup',
    details:
      'Asks for each setting and installs a Windows service that starts with the machine. The answers go to\n' +
      '%PROGRAMDATA%\\ConductorOne, into a file that administrators and the service alone can read. A file that\n' +
      `is there already is never written over: remove the service first. ${administrator}`,
  },
  {
    name: 'start',
    summary: 'Start the service',
    usage: 'start',
    details: `Starts the service and waits until it runs. ${administrator}`,
  },
  {
    name: 'stop',
    summary: 'Stop the service',
    usage: 'stop',
    details: `Stops the service and waits for 10 s until it has ended; a change under way may take 30 s.\n${administrator}`,
  },
  {
    name: 'status',
    summary: 'Say whether the service runs',
    usage: 'status',
    details: 'Prints the state of the service: Running, Stopped, StartPending or StopPending.',
  },
  {
    name: 'remove',
    summary: 'Remove the service and its settings',
    usage: 'remove',
    details:
      'Stops the service and removes it together with the file of its settings. Its log and what it keeps about\n' +
      `unfinished work stay. ${administrator}`,
  },
];

/** The word with which Windows starts the service; nobody types it. */
export const RUN_AS_SERVICE = '_service';
