// How long a person waits for `baton-sendgrid --help`, against a Node.js that does nothing. Flags: --runs N (default 15).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '15' } } });
const runs = Number(values.runs);
const launcher = join(import.meta.dirname, '..', 'packages', 'sendgrid', 'bin', 'baton-sendgrid.mjs');
/** More than this and a person notices that the program is not simply there. */
const atMost = 2.5;

const [nothing, help] = medians([
  ['-e', '0'],
  [launcher, '--help'],
]);
console.log(`node -e 0              ${nothing.toFixed(0)} ms`);
console.log(`baton-sendgrid --help  ${help.toFixed(0)} ms`);
console.log(`${help / nothing <= atMost ? 'ok  ' : 'MISS'} ratio ${(help / nothing).toFixed(2)}, at most ${atMost}`);

/** The programs take turns, so that a slow moment of the machine meets both. */
function medians(programs: readonly [string[], string[]]): [number, number] {
  const times: [number[], number[]] = [[], []];
  for (let run = 0; run <= runs; run += 1) {
    for (const index of [0, 1] as const) {
      const startedMs = performance.now();
      const { status, stderr } = spawnSync(process.execPath, programs[index], { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${programs[index].join(' ')} ended with ${status}: ${stderr}`);
      if (run > 0) times[index].push(performance.now() - startedMs);
    }
  }
  return [median(times[0]), median(times[1])];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
