import { description as baton } from '@baton-ts/baton/describe-program';
import type { ProgramDescription } from '@baton-ts/command-line';
import { describeProgram } from '@baton-ts/connector-sdk/describe-program';
import { description as consoleProgram } from '@baton-ts/console-server/describe-program';
import { sendgridOutline } from 'baton-sendgrid/outline';

/** One program that is released. */
export interface Program {
  readonly name: 'baton-sendgrid' | 'baton' | 'console';
  readonly title: string;
  readonly description: ProgramDescription;
  /** Its workspace. */
  readonly folder: string;
  readonly npmName: string;
}

const connector: Program = {
  name: 'baton-sendgrid',
  title: 'Connector for Twilio SendGrid',
  description: describeProgram(sendgridOutline),
  folder: 'packages/sendgrid',
  npmName: 'baton-sendgrid',
};

export const programs: readonly Program[] = [
  connector,
  {
    name: 'baton',
    title: 'Reads .c1z files',
    description: baton,
    folder: 'packages/baton',
    npmName: '@baton-ts/baton',
  },
  {
    name: 'console',
    title: 'Self-hosted governance console, with the connector inside',
    description: consoleProgram,
    folder: 'packages/console-server',
    npmName: '@baton-ts/console-server',
  },
];

/** By its name. */
export function programNamed(name: Program['name']): Program {
  return programs.find((program) => program.name === name) ?? connector;
}
