import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Behaves as the two programs of Windows do, in German, and notes how it was called. */
const PROGRAM = `#!${process.execPath}
const fs = require('node:fs');
const path = require('node:path');
const name = path.basename(process.argv[1]);
const folder = path.dirname(path.dirname(process.argv[1]));
const args = process.argv.slice(2);
fs.appendFileSync(path.join(folder, 'calls'), JSON.stringify([name, ...args]) + '\\n');
const has = (flag) => fs.existsSync(path.join(folder, flag));
if (name === 'icacls.exe') process.exit(has('no-administrator') ? 5 : 0);
const file = path.join(folder, 'service');
const states = has('service') ? fs.readFileSync(file, 'utf8').split(' ') : [];
const become = (...next) => fs.writeFileSync(file, next.join(' '));
const [verb] = args;
const fail = (error) => {
  console.log('[SC] OpenService FEHLER ' + error + ':\\n\\n');
  process.exit(error % 256);
};
if (verb !== 'query' && has('no-administrator')) fail(5);
if (verb === 'create') {
  if (states.length > 0) fail(1073);
  become('STOPPED');
} else if (states.length === 0) fail(1060);
if (verb === 'start') {
  if (states[0] === 'RUNNING') fail(1056);
  become(...(has('crashes') ? ['START_PENDING', 'STOPPED'] : ['START_PENDING', 'RUNNING']));
}
if (verb === 'stop') {
  if (states[0] === 'STOPPED') fail(1062);
  become(...(has('busy') ? ['STOP_PENDING'] : ['STOP_PENDING', 'STOPPED']));
}
if (verb === 'delete') fs.rmSync(file);
if (verb === 'query') {
  const numbers = { STOPPED: 1, START_PENDING: 2, STOP_PENDING: 3, RUNNING: 4 };
  console.log('SERVICE_NAME: ' + args[1] + '\\n        TYP                : 10  WIN32_OWN_PROCESS\\n' +
    '        STATUS             : ' + numbers[states[0]] + '  ' + states[0] + '\\n        WIN32_BEENDIGUNGSCODE : 0 (0x0)');
  if (states.length > 1) become(...states.slice(1));
}
`;

/** A machine with the programs of Windows that the service commands run, each a process of its own. */
export class FakeWindows {
  readonly folder = mkdtempSync(join(tmpdir(), 'fake-windows-'));
  readonly env: Readonly<Record<string, string>>;

  constructor() {
    const programs = join(this.folder, 'System32');
    mkdirSync(programs);
    for (const name of ['sc.exe', 'icacls.exe']) {
      writeFileSync(join(programs, name), PROGRAM);
      chmodSync(join(programs, name), 0o755);
    }
    this.env = { SystemRoot: this.folder, PROGRAMDATA: join(this.folder, 'ProgramData') };
  }

  /** From now on: `no-administrator` is at work, the service `crashes` at its start, or is too `busy` to stop. */
  from(flag: 'no-administrator' | 'crashes' | 'busy'): void {
    writeFileSync(join(this.folder, flag), '');
  }

  /** What was run, each with its arguments. */
  get calls(): readonly (readonly string[])[] {
    const file = join(this.folder, 'calls');
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
