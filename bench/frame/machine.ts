// What a benchmark ran on.
import { arch, availableParallelism, cpus, freemem, release, totalmem, type } from "node:os";

export const machine = {
  cpu: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  memoryBytes: totalmem(),
  os: `${type()} ${release()} ${arch()}`,
} as const;

/** Bytes that a new process may take: what is free, or what a container is allowed. */
export const freeBytes = (): number => Math.min(freemem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
