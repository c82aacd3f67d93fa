// What scores are made under, told without TensorFlow, so that a command can refuse what makes no sense before it is loaded.
import { type Batch, Dataset } from "../datasets";
import { UserError } from "../errors";
import type { NetworkSize, SearchSpace } from "../spaces";

export interface ScoreSettings {
  readonly space: SearchSpace;
  /** Their names. */
  readonly proxies: readonly string[];
  /** The data set's title and hash (of a batch there is none), and how many images the batch has. */
  readonly data: string;
  readonly sha256: string | null;
  readonly images: number;
  readonly size: NetworkSize;
  readonly seed: number;
  /** How often the weights were drawn. */
  readonly repeats: number;
}

export interface ScoreInput {
  /** Names, or proxies. */
  readonly proxies: readonly (string | { readonly name: string })[];
  /** The batch is drawn from its training images; or a batch itself. Proxies that need no images need no data. */
  readonly data?: Dataset | Pick<Batch, "images"> | Batch;
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
  if (!Array.isArray(asked) || asked.length === 0)
    throw new UserError('scores: there are no proxies; name one at least: { proxies: ["naswot"] }');
  const proxies = asked.map((proxy) => (typeof proxy === "string" ? proxy : proxy.name));
  if (!(Number.isInteger(repeats) && repeats > 0))
    throw new UserError(`scores: repeats must be a positive whole number, got ${repeats}`);
  const network = { ...space.search, image: space.image, classes: space.classes };
  const common = { space, proxies, seed, repeats };
  if (!(data instanceof Dataset)) {
    const whole = { ...network, ...size };
    return { ...common, data: "a batch", sha256: null, images: data ? imagesOf(data, whole.image) : 0, size: whole };
  }
  const { train, title, shape, classes } = data;
  if (!(Number.isInteger(images) && images > 0 && images <= train.count))
    throw new UserError(
      `scores: ${images} images in the batch; give a whole number from 1 to the ${train.count} training images that there are`,
    );
  const fitting = { ...network, image: shape, classes: classes.length, ...size };
  return { ...common, data: title, sha256: data.sha256, images, size: fitting };
}

/** How many images of this shape a batch has. @throws UserError where they are of another. */
function imagesOf(batch: Pick<Batch, "images"> & Partial<Batch>, image: NetworkSize["image"]): number {
  const count = batch.images?.length / (image[0] * image[1] * image[2]);
  if (Number.isInteger(count) && (batch.labels === undefined || batch.labels.length === count)) return count;
  const labels = batch.labels === undefined ? "" : ` for ${batch.labels.length} labels`;
  throw new UserError(
    `scores: a batch of ${batch.images?.length} values${labels} holds no images of [${image}]; give their shape: size: { image: [height, width, channels] }`,
  );
}
