import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMetadataAddress, isPrivateAddress } from './private-address.ts';

const inside = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:8.8.8.8',
  '::ffff:7f00:1',
  '64:ff9b::7f00:1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'ff02::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  'localhost',
  '127.1',
  '',
];
for (const address of inside) {
  test(`"${address}" is not of the public internet`, () => {
    assert.equal(isPrivateAddress(address), true);
  });
}

for (const address of ['8.8.8.8', '172.15.255.255', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::8a']) {
  test(`${address} is of the public internet`, () => {
    assert.equal(isPrivateAddress(address), false);
  });
}

for (const address of [
  '169.254.169.254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '100.100.100.200',
  'fe80::1',
  'fd00:ec2::254',
]) {
  test(`${address} is where a cloud may tell secrets`, () => {
    assert.equal(isMetadataAddress(address), true);
  });
}

for (const address of ['10.1.2.3', '127.0.0.1', '::1', 'fd12:3456::1', '8.8.8.8', 'localhost']) {
  test(`${address} is not where a cloud tells secrets`, () => {
    assert.equal(isMetadataAddress(address), false);
  });
}
