import assert from "node:assert/strict";
import type { HostTensor } from "../../src/supernet/safetensors";

/** The largest difference relative to the largest reference value is within 1e-4. */
export function close(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  assert.equal(actual.length, expected.length, what);
  const largest = Math.max(...Array.from(expected, Math.abs), 1e-6);
  const error = Math.max(...Array.from(expected, (x, k) => Math.abs(x - actual[k])));
  assert.ok(error <= 1e-4 * largest, `${what}: differs by ${error} at a scale of ${largest}`);
}

export function closeState(actual: ReadonlyMap<string, HostTensor>, expected: ReadonlyMap<string, HostTensor>): void {
  assert.ok(expected.size > 0);
  for (const [name, { shape, data }] of expected) {
    const found = actual.get(name);
    assert.deepEqual(found?.shape, shape, name);
    close(found!.data as Float32Array, data as Float32Array, name);
  }
}
