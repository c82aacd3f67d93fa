// The training-free proxies as a table.
import type { ProxyDefinition } from "../proxies";
import type { MimeBundle } from "./bundle";
import { markdownTable, textTable } from "./words";

/** A row a proxy. */
export function proxiesBundle(proxies: readonly ProxyDefinition[]): MimeBundle {
  const heading = ["name", "formula", "better", "needs", "cost"];
  const rows = proxies.map(({ name, formula, better, needs, cost }) => [
    name,
    formula,
    better,
    needs.join(", ") || "nothing",
    cost,
  ]);
  const escaped = (text: string) => text.replaceAll("|", "\\|");
  return {
    "text/markdown": markdownTable([heading, ...rows.map(([name, ...rest]) => [`\`${name}\``, ...rest.map(escaped)])]),
    "text/plain": textTable([heading, ...rows]),
  };
}
