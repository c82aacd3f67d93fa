// The parameters of an edge's distribution as plain data, by which a run keeps those of its epochs, and files hold them.
import { Categorical } from "./categorical";
import type { EdgeDistribution } from "./cell-distribution";
import { Concrete } from "./concrete";
import { Dirichlet } from "./dirichlet";
import { Gaussian } from "./gaussian";
import { PointMass } from "./point-mass";

/** All lists are [K]. */
export type EdgeRecord =
  | { readonly kind: "dirichlet"; readonly concentration: readonly number[] }
  | { readonly kind: "gaussian"; readonly mean: readonly number[]; readonly deviation: readonly number[] }
  | { readonly kind: "concrete"; readonly logits: readonly number[]; readonly temperature: number }
  | { readonly kind: "categorical" | "point-mass"; readonly logits: readonly number[] };

/** What `distributionOf` makes the same distribution from. */
export function recordOf(row: EdgeDistribution): EdgeRecord {
  if (row instanceof Dirichlet) return { kind: "dirichlet", concentration: Array.from(row.concentration) };
  if (row instanceof Gaussian)
    return { kind: "gaussian", mean: Array.from(row.location), deviation: Array.from(row.deviation) };
  const logits = Array.from(row.logits);
  if (row instanceof Concrete) return { kind: "concrete", logits, temperature: row.temperature };
  return { kind: row instanceof PointMass ? "point-mass" : "categorical", logits };
}

export function distributionOf(record: EdgeRecord): EdgeDistribution {
  switch (record.kind) {
    case "dirichlet":
      return new Dirichlet(record.concentration);
    case "gaussian":
      return new Gaussian(record.mean, record.deviation);
    case "concrete":
      return new Concrete(record.logits, record.temperature);
    case "categorical":
      return new Categorical(record.logits);
    case "point-mass":
      return new PointMass(record.logits);
  }
}
