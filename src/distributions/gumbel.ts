// Standard Gumbel noise, which turns logits into categorical samples (their argmax) and Concrete ones (their softmax).
import type { RandomStream } from "../backend/random";

/** A standard Gumbel variable, -ln(-ln U) of a uniform U. */
export const gumbel = (stream: RandomStream): number => -Math.log(-Math.log(stream.uniform()));

/** logits + G, [K], with independent standard Gumbel variables G. */
export function perturb(logits: Float64Array, stream: RandomStream): Float64Array {
  return logits.map((logit) => logit + gumbel(stream));
}
