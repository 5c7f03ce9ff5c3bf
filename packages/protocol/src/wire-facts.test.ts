import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { protocolFiles } from './registry.ts';
import { factsOfFiles, factsOfTable, printFacts } from './testing/wire-facts.ts';

const reference = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'reference', 'wire-facts.tsv');

/** Parts of the reference that we do not define, and why. */
const leftOut = new Map([
  ['c1/connector/v2/config.proto', 'the configuration service of connectors that run in a serverless function'],
  ['c1.transport.v1', 'the envelope of requests to connectors that run in a serverless function'],
  ['c1.connector_wrapper.v1', 'how a Go connector starts itself as a child process'],
  ['c1.utls.v1', 'the keys for that child process'],
]);

/** Taken over from Google, not from the reference. */
const borrowed = 'google.rpc';

test('every message, enum and service is as it was agreed, number by number', () => {
  const agreed = readFileSync(join(import.meta.dirname, 'testing', 'wire-facts.txt'), 'utf8');
  assert.deepEqual(
    printFacts(factsOfFiles(protocolFiles)).split('\n'),
    agreed.split('\n'),
    'The .proto files and testing/wire-facts.txt disagree. Other programs rely on these numbers.',
  );
});

test('the reference and the .proto files agree on every message, field, oneof, enum value, call and reserved number', {
  skip: existsSync(reference) ? false : 'there is no ../shared/reference/wire-facts.tsv beside this repository',
}, () => {
  const wanted = factsOfTable(
    readFileSync(reference, 'utf8'),
    ({ file, packageName }) => !leftOut.has(file) && !leftOut.has(packageName),
  );
  const ours = factsOfFiles(protocolFiles.filter((file) => file.proto.package !== borrowed));
  assert.ok(Object.keys(wanted).length > 350);
  assert.deepEqual(printFacts(ours).split('\n'), printFacts(wanted).split('\n'));
});
