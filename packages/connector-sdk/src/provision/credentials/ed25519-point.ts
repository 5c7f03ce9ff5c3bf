const p = 2n ** 255n - 19n;
const signBit = 2n ** 255n;
/** −121665/121666, the curve's constant. */
const d = mod(-121665n * inverse(121666n));

/**
 * The X25519 form of an Ed25519 public key, u = (1 + y) / (1 − y), 32 bytes. Made of public numbers only, so its time may
 * depend on them.
 *
 * @throws RangeError when the bytes are no point of the curve: nobody could have a private key to them
 */
export function montgomeryForm(publicKey: Uint8Array): Buffer {
  const y = BigInt(`0x${Buffer.from(publicKey.toReversed()).toString('hex')}`) % signBit;
  const square = mod((y * y - 1n) * inverse(d * y * y + 1n));
  const isOnCurve = y < p && (square === 0n || power(square, (p - 1n) / 2n) === 1n);
  // x = 0 belongs to the neutral point and to the one of order two: what is agreed with them is no secret.
  if (!isOnCurve || square === 0n) throw new RangeError('not a usable point of the curve');
  const u = mod((1n + y) * inverse(1n - y));
  return Buffer.from(Buffer.from(u.toString(16).padStart(64, '0'), 'hex').toReversed());
}

function mod(value: bigint): bigint {
  return ((value % p) + p) % p;
}

function inverse(value: bigint): bigint {
  return power(value, p - 2n);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let factor = mod(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % p;
    factor = (factor * factor) % p;
  }
  return result;
}
