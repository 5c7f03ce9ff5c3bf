import type { AnnouncedChange } from '../changes.ts';
import type { MadeChange } from './make-change.ts';
import type { WantedChange } from './wanted-change.ts';

export interface ChangeReport extends MadeChange {
  readonly action: WantedChange['action'];
  readonly dryRun: boolean;
  /** What was written, or in a dry run would be; empty when nothing needs to be. */
  readonly changes: readonly AnnouncedChange[];
  readonly notes: readonly string[];
}

/**
 * What `--output json` prints: `action` and `outcome`, `notes` for people, and the fields of the Baton protocol's answer. A
 * dry run that ends before a write has the outcome `would-change` and `changes` in place of an answer.
 */
export function changeJson({ action, outcome, notes, dryRun, changes, response }: ChangeReport): string {
  if (dryRun && changes.length > 0) return JSON.stringify({ action, outcome: 'would-change', dryRun, notes, changes });
  const answer: unknown = JSON.parse(response);
  return JSON.stringify({
    action,
    outcome,
    ...(dryRun && { dryRun }),
    notes,
    ...(typeof answer === 'object' && answer !== null ? answer : {}),
  });
}

/** The same for people. */
export function changeText({ sentences, notes, dryRun, changes }: ChangeReport): string {
  const isPlan = dryRun && changes.length > 0;
  const ending = dryRun ? ['Dry run: nothing was written.'] : [];
  return [
    ...(isPlan ? changes.flatMap(planLines) : sentences),
    ...notes.map((note) => `Note: ${note}`),
    ...ending,
    '',
  ].join('\n');
}

function planLines({ summary, requests, before, after }: AnnouncedChange): string[] {
  return [
    summary,
    ...requests.flatMap(({ method, path, headers = {}, body }) => [
      `  ${method} ${path}`,
      ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`),
      ...(body === undefined
        ? []
        : JSON.stringify(body, undefined, 2)
            .split('\n')
            .map((line) => `  ${line}`)),
    ]),
    ...namesLines('Before', before, after, '-'),
    ...namesLines('After', after, before, '+'),
  ];
}

/** The names one under the other; those that the other list lacks are marked. */
function namesLines(
  title: string,
  names: readonly string[] | undefined,
  others: readonly string[] | undefined,
  mark: string,
): string[] {
  if (names === undefined) return [];
  const has = new Set(others);
  return [
    names.length === 0 ? `${title}: none` : `${title}:`,
    ...names.map((name) => `  ${has.has(name) ? ' ' : mark} ${name}`),
  ];
}
