// The Hessian of the validation loss by what a search learns, through its products with vectors.
import { z } from "zod";
import { softmaxGradient } from "../distributions";
import { UserError } from "../errors";
import type { Kept, Sample } from "./axes/family";
import { checkSettings } from "./check-settings";
import type { Draw, Passes } from "./method";
import { differences, type Product } from "./spectrum";

/** Which Hessian, and how. */
export interface HessianOptions {
  /**
   * The variable. "parameters": those of the distribution (DARTS's α, DrNAS's η). "logits": μ with θ = softmax(μ) the mean weights, by
   * edge; of a Dirichlet the μ of its Laplace approximation in the softmax basis, ln β − its mean (DrNAS, appendix A.4), of DARTS α. DrNAS
   * does not say which variable its figures 4 and 5 are of; inferred: this one.
   */
  readonly of: "parameters" | "logits";
  /** Whether the regulariser's Hessian is added, as R-DARTS's code adds the weight decay; a function of the parameters alone. */
  readonly regulariser: boolean;
  /**
   * "exact": by differentiating twice, as R-DARTS does; of a network of ReLUs that is the curvature between their kinks. "differences" of
   * the gradient, moved by 0.01 to either side, cost about half and see the kinks too: their eigenvalues are larger, and no approximation
   * of the exact ones.
   */
  readonly derivatives: "exact" | "differences";
}

/** The schema's fields, with defaults. */
export const hessianFields = (defaults: HessianOptions) => ({
  of: z.enum(["parameters", "logits"]).default(defaults.of),
  regulariser: z.boolean().default(defaults.regulariser),
  derivatives: z.enum(["exact", "differences"]).default(defaults.derivatives),
});

/** A user's options: of the logits, without the regulariser, exactly, unless they say otherwise. @throws UserError if they make no sense. */
export function hessianOptions(input: Partial<HessianOptions>, distribution: string, place: string): HessianOptions {
  const schema = z.strictObject(hessianFields({ of: "logits", regulariser: false, derivatives: "exact" }));
  const options = checkSettings(schema, input, place);
  const fault = hessianFault(options, distribution);
  if (fault) throw new UserError(`${place}: ${fault}`);
  return options;
}

/** Why options make no sense with a kind of distribution; null if they do. */
export function hessianFault({ of, regulariser }: HessianOptions, distribution: string): string | null {
  if (distribution === "controller") return 'the Hessian is of the loss by weights, and a "controller" has none';
  if (of === "parameters") return null;
  if (distribution === "switches") return 'weights of "switches" are not on the simplex; take of: "parameters"';
  return regulariser
    ? 'the regulariser is a function of the parameters; take of: "parameters", or regulariser: false'
    : null;
}

/** A variable x at its value, and the mean weights as a function of it. */
export interface Chart {
  readonly x: Float64Array;
  at(x: Float64Array): Required<Pick<Sample, "draw" | "pull">>;
}

/** The products of ∇²L(θ(x)), and where it is given of a regulariser's, at the chart's x. @param penalty its gradient by x. */
export function hessianProduct(
  { x, at }: Chart,
  passes: Passes,
  derivatives: HessianOptions["derivatives"],
  penalty: ((x: Float64Array) => Float64Array) | null,
): Product {
  if (derivatives === "differences")
    return differences(x, (x) => {
      const { draw, pull } = at(x);
      return added(pull(passes.gradient("search", draw, { probe: true }).dTheta), penalty?.(x));
    });
  const { draw, pull } = at(x);
  const size = draw.theta.length * draw.theta[0].length;
  const jacobian = Array.from({ length: size }, (_, k) => pull(new Float64Array(size).fill(1, k, k + 1)));
  return (v) => {
    const alongTheta = jacobian.map((row) => row.reduce((sum, slope, k) => sum + slope * v[k], 0));
    const { gradient, product } = passes.curvature("search", draw, alongTheta);
    // ∇²(L∘θ) v = Jᵀ ∇²L J v + (∂Jᵀ/∂x · v) ∇L; the second term needs no pass: differences in float64, as those of the penalty
    const turned = differences(x, (x) => added(at(x).pull(gradient), penalty?.(x)), SMALL_STEP)(v);
    return added(pull(product), turned);
  };
}

/** In float64 on the host. */
const SMALL_STEP = 1e-5;

const added = (x: Float64Array, y?: Float64Array): Float64Array => (y ? x.map((value, k) => value + y[k]) : x);

/** The logits of mean weights; edges that do not sum to 1 (PC-DARTS's) keep their sums. Pruned operations have no logit. */
export function logitsOf({ theta, ...others }: Draw, kept: Kept): Chart {
  const operations = theta[0].length;
  const places = kept.flatMap((row, e) => row.map((o) => ({ e, o })));
  const sums = theta.map((row) => row.reduce((sum, weight) => sum + weight, 0));
  const rows = kept.map((row, e) => centred(Float64Array.from(row, (o) => Math.log(Math.max(theta[e][o], TINY)))));
  return {
    x: Float64Array.from(rows.flatMap((row) => Array.from(row))),
    at(x) {
      const weights = theta.map(() => new Float64Array(operations));
      places.forEach(({ e, o }, k) => {
        weights[e][o] = Math.exp(x[k]);
      });
      const shares = weights.map((row) => {
        const sum = row.reduce((sum, weight) => sum + weight, 0);
        return row.map((weight) => weight / sum);
      });
      return {
        draw: { ...others, theta: shares.map((row, e) => row.map((share) => share * sums[e])) },
        pull(dTheta) {
          const slopes = shares.map((row, e) =>
            softmaxGradient(
              row,
              Float64Array.from(row, (_, o) => sums[e] * dTheta[e * operations + o]),
            ),
          );
          return Float64Array.from(places, ({ e, o }) => slopes[e][o]);
        },
      };
    },
  };
}

/** A weight that has underflowed. */
const TINY = 1e-30;

function centred(row: Float64Array): Float64Array {
  const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
  return row.map((x) => x - mean);
}
