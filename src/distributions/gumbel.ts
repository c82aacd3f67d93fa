// Standard Gumbel noise, which turns logits into categorical samples (their argmax) and Concrete ones (their softmax).
import type { RandomStream } from "../backend/random";

/** logits + G, [K], with independent standard Gumbel variables G = -ln(-ln U), one uniform U each. */
export function perturb(logits: Float64Array, stream: RandomStream): Float64Array {
  return logits.map((logit) => logit - Math.log(-Math.log(stream.uniform())));
}
