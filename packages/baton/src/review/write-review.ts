import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { SyncReader, SyncRun, VerifySummary } from '@baton-ts/c1z';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { Flags } from '../cli/flags.ts';
import { version } from '../cli/version.ts';
import type { CommandContext } from '../commands/command.ts';
import { syncBefore } from '../diff/pick-syncs.ts';
import { ReplacedFile } from '../file/new-file.ts';
import { locateFile, type OpenFile, openLocated, requireSync } from '../file/open-file.ts';
import { note } from '../output/note.ts';
import { Sink } from '../output/sink.ts';
import { buildPage } from './build-page.ts';
import { digestFile } from './digest.ts';
import { companyDomains } from './domains.ts';
import { Evidence } from './evidence.ts';
import { toHtml } from './html.ts';
import { toMarkdown } from './markdown.ts';
import { readChanges } from './read-changes.ts';
import { readSync } from './read-sync.ts';
import type { ReviewInput } from './review-input.ts';
import { MAX_ROWS } from './sections/rows.ts';
import { shellWord } from './words.ts';

/** Standard output, as a path. */
const STANDARD_OUTPUT = '-';

export async function writeReview(context: CommandContext): Promise<undefined> {
  const { flags } = context;
  const { format, out } = outputOf(flags);
  if (out === STANDARD_OUTPUT) {
    const page = await reviewPage(context, format);
    const sink = await Sink.open(process.env);
    await sink.write(page);
    await sink.end();
    return;
  }
  refuseExisting(out, flags);
  using output = new ReplacedFile(out);
  output.write(await reviewPage(context, format));
  refuseExisting(out, flags);
  output.keep();
  note(`${out} is written`);
}

/** A page may be signed, or handed on already: it is not replaced by accident. */
function refuseExisting(path: string, flags: Flags): void {
  if (flags.bool('force') || !existsSync(path)) return;
  throw new BatonError(
    Code.AlreadyExists,
    `${path} exists already. Name another file with --out, or replace it with --force`,
  );
}

function outputOf(flags: Flags): { readonly format: 'html' | 'md'; readonly out: string } {
  if (flags.isSet('output-format')) {
    throw new BatonError(Code.Unknown, 'review takes no --output-format: it writes a page. Use --format html or md');
  }
  const named = flags.optional('out');
  if (named === '') throw new BatonError(Code.Unknown, '--out is empty; name a file, or - for standard output');
  const chosen = flags.optional('format');
  if (chosen !== undefined && chosen !== 'html' && chosen !== 'md') {
    throw new BatonError(Code.Unknown, `--format is "${chosen}"; review writes html or md`);
  }
  const byName = named !== undefined && /\.(md|markdown)$/i.test(named) ? 'md' : 'html';
  const format = chosen ?? byName;
  return { format, out: named ?? `review.${format}` };
}

async function reviewPage({ flags, signal }: CommandContext, format: 'html' | 'md'): Promise<string> {
  await using located = await locateFile(flags.string('file'), signal);
  const digest = await digestFile(located.path, signal);
  await using file = await openLocated(located, signal);
  const sync = requireSync(file, flags);
  using evidence = new Evidence();
  const domainFlags = flags.strings('domain');
  await readSync(sync, evidence, signal);
  const domains = companyDomains(domainFlags, evidence);
  const before = await compareWithBefore(file, sync, evidence, signal);
  const verified = await verify(file, evidence, signal);
  const fileFlag = `-f ${file.name === located.path ? shellWord(basename(file.name)) : '-'}`;
  const selection = `${fileFlag} --sync-id ${sync.run.syncId}`;
  const title = flags.optional('title');
  const input: ReviewInput = {
    evidence,
    file: { name: file.name, ...digest },
    run: sync.run,
    runs: file.runs,
    verified,
    domains,
    before,
    title: title ?? `Access review of ${basename(file.name)}`,
    command: [
      selection,
      ...(format === 'md' ? ['--format md'] : []),
      ...domainFlags.map((domain) => `--domain ${shellWord(domain)}`),
      ...(title === undefined ? [] : [`--title ${shellWord(title)}`]),
      `--out again.${format}`,
    ].join(' '),
    fileFlag,
    selection,
    batonVersion: version,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
  const page = buildPage(input);
  if ((await digestFile(file.path, signal)).sha256 !== digest.sha256) {
    throw new BatonError(Code.Aborted, `${file.name} was replaced while it was read. Run again`);
  }
  return format === 'md' ? toMarkdown(page) : toHtml(page);
}

/** Reads what changed since the complete sync before; says why when there is nothing to compare. */
async function compareWithBefore(
  file: OpenFile,
  sync: SyncReader,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<SyncRun | { readonly missing: string }> {
  if (sync.run.syncType !== 'full' || sync.run.endedAt === undefined) {
    return { missing: 'Not compared: only a full sync that came to its end says what is gone.' };
  }
  const before = syncBefore(file, sync);
  if (before === undefined) return { missing: 'Not compared: the file holds no complete sync before this one.' };
  await readChanges(before, sync, evidence, signal);
  return before.run;
}

/** Checks the file; the first findings of each severity become rows. */
async function verify(file: OpenFile, evidence: Evidence, signal: AbortSignal): Promise<VerifySummary> {
  const kept = { error: 0, warning: 0 };
  return file.c1z.verify({
    signal,
    report: ({ severity, rule, where, source }) => {
      kept[severity] += 1;
      if (kept[severity] <= MAX_ROWS) evidence.add('findings', [null, severity, rule, where, source]);
    },
  });
}
