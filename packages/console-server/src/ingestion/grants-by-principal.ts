/** A list of whole numbers that grows, four bytes each. */
export class Numbers {
  length = 0;
  #values = new Int32Array(1024);

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Int32Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  get values(): Int32Array {
    return this.#values.subarray(0, this.length);
  }
}

/** Sorts what is held by who holds it. */
export function byPrincipal(count: number, principals: Numbers, held: Numbers): (principal: number) => Int32Array {
  const starts = new Int32Array(count + 1);
  for (const principal of principals.values) starts[principal + 1] = (starts[principal + 1] ?? 0) + 1;
  for (let index = 0; index < count; index += 1) starts[index + 1] = (starts[index + 1] ?? 0) + (starts[index] ?? 0);
  const next = starts.slice();
  const sorted = new Int32Array(held.length);
  const terms = held.values;
  for (const [index, principal] of principals.values.entries()) {
    const place = next[principal] ?? 0;
    next[principal] = place + 1;
    sorted[place] = terms[index] ?? 0;
  }
  return (principal) => sorted.subarray(starts[principal], starts[principal + 1]);
}
