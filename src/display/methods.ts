// The search methods as a table: what each takes on the axes.
import type { MethodDescription } from "../methods";
import type { MimeBundle } from "./bundle";
import { markdownTable, textTable } from "./words";

/** The parts of the axes in which methods differ from most others; those that say nothing are left out. */
const parts = ({ axes }: MethodDescription) =>
  Object.entries(axes)
    .filter(([axis, kind]) => !(usual[axis] ?? []).includes(kind))
    .map(([, kind]) => kind)
    .join(", ");

const usual: Readonly<Record<string, readonly string[]>> = {
  edges: ["sum"],
  perturbation: ["none"],
  objective: ["first-order"],
  update: ["adam"],
  regulariser: ["none"],
  pruning: ["none"],
  earlyStop: ["none"],
  readOut: ["argmax"],
};

/** A row a method: name, paper and year, its parts where they are not the usual ones. */
export function methodsBundle(methods: readonly MethodDescription[]): MimeBundle {
  const heading = ["name", "method", "paper", "parts"];
  const rows = methods.map((method) => [
    method.name,
    method.title,
    `${method.paper} (${method.year})`,
    method.supernet ? parts(method) : "asks a benchmark",
  ]);
  return {
    "text/markdown": markdownTable([heading, ...rows.map(([name, ...rest]) => [`\`${name}\``, ...rest])]),
    "text/plain": textTable([heading, ...rows]),
  };
}
