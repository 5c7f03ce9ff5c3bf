/**
 * Orders strings as their UTF-8 bytes order, which is how Go sorts map keys. JavaScript's own order differs where a
 * character outside the Basic Multilingual Plane meets one from U+E000 to U+FFFF.
 */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return surrogatesLast(x) - surrogatesLast(y);
  }
  return a.length - b.length;
}

function surrogatesLast(codeUnit: number): number {
  if (codeUnit >= 0xe000) return codeUnit - 0x800;
  return codeUnit >= 0xd800 ? codeUnit + 0x2000 : codeUnit;
}

export function sortedKeys(entries: Readonly<Record<string, unknown>>): string[] {
  const keys = Object.keys(entries);
  return keys.length > 1 ? keys.sort(compareUtf8) : keys;
}
