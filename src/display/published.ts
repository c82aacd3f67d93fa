// Published architectures as a table: what their papers print beside what we count.
import type { PublishedGenotype } from "../spaces";
import type { MimeBundle } from "./bundle";
import { count, markdownTable, textTable } from "./words";

const titles = { cifar10: "CIFAR-10", imagenet: "ImageNet" } as const;

/** A row an architecture: printed and counted parameters, multiply-adds, and why they differ. */
export function publishedBundle(architectures: readonly PublishedGenotype[]): MimeBundle {
  const heading = ["name", "paper", "network for", "printed (M)", "parameters", "multiply-adds (M)", "note"];
  const rows = architectures.map((architecture) => {
    const { name, title, year, data, printed, note } = architecture;
    const { parameters, multiplyAdds } = architecture.cost();
    return [
      name,
      `${title} (${year})`,
      titles[data],
      printed.toFixed(1),
      count(parameters),
      (multiplyAdds / 1e6).toFixed(1),
      note,
    ];
  });
  return {
    "text/markdown": markdownTable(
      [heading, ...rows.map(([name, ...rest]) => [`\`${name}\``, ...rest])],
      ["---", "---", "---", "--:", "--:", "--:", "---"],
    ),
    "text/plain": textTable([heading, ...rows]),
  };
}
