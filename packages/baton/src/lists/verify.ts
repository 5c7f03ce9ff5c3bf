import { type Finding, verifyC1z } from '@baton-ts/c1z';
import type { CommandContext, ExitCode } from '../commands/command.ts';
import { locateFile } from '../file/open-file.ts';
import type { List } from '../output/list.ts';
import { note } from '../output/note.ts';
import { listPrinter } from '../output/print-list.ts';

/** A damaged file can violate the format once in each of its rows; more than these are counted and not shown. */
const MAX_SHOWN = 100_000;

const findingList: List<Finding> = {
  jsonRoot: 'findings',
  columns: [
    { title: 'Severity', cell: (finding) => finding.severity },
    { title: 'Rule', cell: (finding) => finding.rule },
    { title: 'Where', cell: (finding) => finding.where },
    { title: 'Problem', cell: (finding) => finding.message },
    { title: 'Demanded By', cell: (finding) => finding.source, extra: true },
    { title: 'Sync', cell: (finding) => finding.syncId ?? '', extra: true },
  ],
  variables: {
    finding: {
      severity: (finding) => finding.severity,
      rule: (finding) => finding.rule,
      where: (finding) => finding.where,
      message: (finding) => finding.message,
      sync: (finding) => finding.syncId,
    },
  },
  json: (finding) => JSON.stringify(finding),
};

export async function verifyFile(context: CommandContext): Promise<ExitCode> {
  const printer = await listPrinter(context, findingList);
  await using file = await locateFile(context.flags.string('file'), context.signal);
  const findings: Finding[] = [];
  const summary = await verifyC1z(file.path, {
    name: file.name,
    syncId: context.flags.optional('sync-id'),
    signal: context.signal,
    report: (finding) => {
      if (findings.length < MAX_SHOWN) findings.push(finding);
    },
  });
  const { errors, warnings, syncs } = summary;
  const isClean = errors + warnings === 0;
  if (!isClean || context.flags.string('output-format') !== 'console') {
    await printer.print(findings, { jsonHead: [`"errors":${errors}`, `"warnings":${warnings}`, `"syncs":${syncs}`] });
  }
  const left = errors + warnings - findings.length;
  if (left > 0) note(`${left} further findings are not shown`);
  note(`${file.name}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')} in ${plural(syncs, 'sync')}`);
  return errors === 0 ? 0 : 1;
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
