// What scores are made under, told without TensorFlow, so that a command can refuse what makes no sense before it is loaded.
import { type Batch, Dataset } from "../datasets";
import { UserError } from "../errors";
import type { NetworkSize, SearchSpace } from "../spaces";

export interface ScoreSettings {
  readonly space: SearchSpace;
  /** Their names. */
  readonly proxies: readonly string[];
  /** The data set's title, and how many of its images made the batch. */
  readonly data: string;
  readonly images: number;
  readonly size: NetworkSize;
  readonly seed: number;
  /** How often the weights were drawn. */
  readonly repeats: number;
}

export interface ScoreInput {
  /** Names, or proxies. */
  readonly proxies: readonly (string | { readonly name: string })[];
  /** The batch is drawn from its training images; or a batch itself. */
  readonly data: Dataset | Batch;
  /** Images of the batch; default 64. */
  readonly images?: number;
  /** Of the weights and the batch; default 0. */
  readonly seed?: number;
  /** Draws of the weights over which scores are averaged; default 1. */
  readonly repeats?: number;
  /** Where it differs from the space's search network. */
  readonly size?: Partial<NetworkSize>;
}

/** The settings in full. @throws UserError for what makes no sense. */
export function scoreSettings(
  space: SearchSpace,
  { proxies: asked, data, images = 64, seed = 0, repeats = 1, size }: ScoreInput,
): ScoreSettings {
  const proxies = asked.map((proxy) => (typeof proxy === "string" ? proxy : proxy.name));
  if (proxies.length === 0) throw new UserError("scores: there are no proxies; name one at least");
  if (!(Number.isInteger(repeats) && repeats > 0))
    throw new UserError(`scores: repeats must be a positive whole number, got ${repeats}`);
  const network = { ...space.search, image: space.image, classes: space.classes };
  if (!(data instanceof Dataset)) {
    const images = data.labels.length;
    return { space, proxies, data: "a batch", images, size: { ...network, ...size }, seed, repeats };
  }
  const { train, title, shape, classes } = data;
  if (!(Number.isInteger(images) && images > 0 && images <= train.count))
    throw new UserError(
      `scores: ${images} images in the batch; give a whole number from 1 to the ${train.count} training images that there are`,
    );
  const fitting = { ...network, image: shape, classes: classes.length, ...size };
  return { space, proxies, data: title, images, size: fitting, seed, repeats };
}
