// What a benchmark has, as a table.
import type { Benchmark } from "../benchmarks";
import { dataTitles } from "./accuracies";
import type { MimeBundle } from "./bundle";
import { count, markdownTable, textTable } from "./words";

export function benchmarkBundle({ title, space, size, data, splits, epochs, reward }: Benchmark): MimeBundle {
  const rows = [
    [title, ""],
    ["space", `${space.name}: ${space.title}`],
    ["architectures", count(size)],
    ["data sets", data.map((each) => dataTitles[each]).join(", ")],
    ["accuracies", splits.join(", ")],
    ["epochs", epochs.join(", ")],
    ["a simulated search picks by", `${dataTitles[reward.data]} ${reward.split}, ${reward.epochs} epochs`],
  ];
  return { "text/markdown": markdownTable(rows, ["---", "---"]), "text/plain": textTable(rows) };
}
