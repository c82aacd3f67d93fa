// The result of a search, to read.
import type { SearchDocument } from "../runs";

/** The document's main points, for a terminal. */
export function summary(document: SearchDocument) {
  const { architecture, backend, benchmark, device, epochs, interrupted, peakMemoryBytes } = document;
  const last = epochs.at(-1);
  return [
    ...(interrupted ? ["Interrupted: this is what the search had found so far."] : []),
    `Architecture: ${architecture}`,
    ...(last
      ? [`Search network after ${last.epoch} epochs: validation accuracy ${(100 * last.valid.accuracy).toFixed(1)} %`]
      : []),
    ...(benchmark ? trained(benchmark) : []),
    `Backend ${backend ? `${backend} (${device})` : "none"}, peak memory ${(peakMemoryBytes / 1e6).toFixed(0)} MB`,
  ].join("\n");
}

function trained({ name, size, epochs, accuracies, rank }: NonNullable<SearchDocument["benchmark"]>): string[] {
  const lines = Object.entries(accuracies).map(([data, { test }]) => {
    const place = rank[data as keyof typeof rank].test.toLocaleString("en");
    return `  ${data.padEnd(12)} ${test.toFixed(2)} % on test, rank ${place} of ${size.toLocaleString("en")}`;
  });
  return [`${name} (${epochs} epochs at full size) says of this architecture:`, ...lines];
}
