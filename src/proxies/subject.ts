// What is scored: an architecture's design and its network's size, and the images and labels of a batch, checked.
import { UserError } from "../errors";
import { Architecture, type Design, designOf, type NetworkSize, PublishedGenotype, spaces } from "../spaces";

/** An architecture of a space, a published one, or what another's network is built from (`nasBench101Design`). */
export type Subject = Architecture | PublishedGenotype | Design;

/** A batch as data sets give it; labels only where a proxy needs them. */
export interface ProxyBatch {
  /** [n, height, width, channels], normalised. */
  readonly images: Float32Array;
  /** [n], the class of each image. */
  readonly labels?: Int32Array;
}

export interface ScoreOptions {
  /**
   * Where the network differs from the papers' final one, whose size is the default. Without `image` the images are of the space's own shape,
   * or square with three channels or one, as their number of values tells.
   */
  readonly size?: Partial<NetworkSize>;
  /** Of the fresh weights and whatever else a proxy draws; 0 by default. The same seed gives every architecture the same. */
  readonly seed?: number;
}

/** What of a batch a proxy needs. */
export type Need = "images" | "labels";

/** A subject in one form. */
export interface Scored {
  readonly design: Design;
  readonly size: NetworkSize;
  /** Null where no proxy needs a batch. */
  readonly images: Float32Array | null;
  readonly labels: Int32Array | null;
}

/** @param who names the caller in errors. @throws UserError for what is no architecture, and for a batch or a size that does not fit. */
export function scored(
  who: string,
  subject: Subject,
  batch: ProxyBatch | undefined,
  size: Partial<NetworkSize> = {},
  needs: ReadonlySet<Need>,
): Scored {
  const { design, own } = known(who, subject);
  if (batch) checkArrays(who, batch, needs);
  const image = size.image ?? (batch && needs.size > 0 ? imageOf(who, batch, own.image) : own.image);
  const whole = checkedSize(who, { ...own, ...size, ...(image && { image }) });
  if (!batch || needs.size === 0) {
    if (needs.size > 0)
      throw new UserError(`${who}: needs a batch of ${[...needs].join(" and ")}; data.batch(indices, null) gives one`);
    return { design, size: whole, images: null, labels: null };
  }
  const { images, labels } = batch;
  const perImage = whole.image.reduce((product, length) => product * length, 1);
  const count = images.length / perImage;
  const shape = `images of [${whole.image}]`;
  if (!Number.isInteger(count))
    throw new UserError(
      `${who}: ${images.length} values are no ${shape}; give size: { image: [height, width, channels] }`,
    );
  if (!needs.has("labels")) return { design, size: whole, images, labels: null };
  if (labels!.length !== count)
    throw new UserError(`${who}: the batch has ${count} ${shape} and ${labels!.length} labels; give one an image`);
  const wrong = labels!.find((label) => label < 0 || label >= whole.classes);
  if (wrong !== undefined)
    throw new UserError(
      `${who}: label ${wrong} is none of the network's ${whole.classes} classes; give size: { classes }`,
    );
  return { design, size: whole, images, labels: labels! };
}

/** What the network is built from, and the papers' size of it, where there is one. */
function known(who: string, subject: Subject): { design: Design; own: Partial<NetworkSize> } {
  if (subject instanceof Architecture) return { design: designOf(subject), own: subject.space.finalSize };
  if (subject instanceof PublishedGenotype) {
    const { finalSize } = subject.data === "imagenet" ? spaces.dartsImageNet() : spaces.darts();
    return { design: subject.design(), own: finalSize };
  }
  if (typeof subject?.layers === "function" && typeof subject.cell === "function") return { design: subject, own: {} };
  const given = typeof subject === "string" ? `the text "${subject}"` : String(subject);
  throw new UserError(`${who}: ${given} is no architecture; space.parse(text) or space.sample(stream) gives one`);
}

function checkArrays(who: string, { images, labels }: ProxyBatch, needs: ReadonlySet<Need>): void {
  if (needs.size === 0) return;
  if (!(images instanceof Float32Array) || images.length === 0)
    throw new UserError(`${who}: the batch has no images; await data.batch(indices, null) gives one`);
  const wrong = images.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new UserError(`${who}: value ${wrong} of the images is ${images[wrong]}; give finite ones`);
  if (needs.has("labels") && !(labels instanceof Int32Array && labels.length > 0))
    throw new UserError(`${who}: needs labels, and the batch has none; give { images, labels }`);
}

/** The space's own shape, or a square's with three channels or one. */
function imageOf(
  who: string,
  { images, labels }: ProxyBatch,
  own: NetworkSize["image"] | undefined,
): NetworkSize["image"] {
  const product = own && own[0] * own[1] * own[2];
  if (!labels?.length) {
    if (own && images.length % product! === 0) return own;
    throw new UserError(
      `${who}: a batch without labels does not tell its images' shape; give size: { image: [height, width, channels] }`,
    );
  }
  const each = images.length / labels.length;
  if (own && each === product) return own;
  for (const channels of [3, 1]) {
    const side = Math.sqrt(each / channels);
    if (Number.isInteger(side)) return [side, side, channels];
  }
  throw new UserError(
    `${who}: ${images.length} values for ${labels.length} labels are no square images; give size: { image: [height, width, channels] }`,
  );
}

function checkedSize(who: string, size: Partial<NetworkSize>): NetworkSize {
  const { channels, cells, classes, image } = size;
  const entries = Object.entries({ channels, cells, classes, image }) as [
    string,
    number | readonly number[] | undefined,
  ][];
  for (const [name, value] of entries) {
    const numbers = name === "image" ? (value as readonly number[] | undefined) : [value as number];
    if (
      value !== undefined &&
      numbers!.every((n) => Number.isInteger(n) && n > 0) &&
      (name !== "image" || numbers!.length === 3)
    )
      continue;
    const wanted = name === "image" ? "[height, width, channels]" : "a positive whole number";
    throw new UserError(
      `${who}: size.${name} must be ${wanted}, got ${value === undefined ? "none" : JSON.stringify(value)}`,
    );
  }
  return size as NetworkSize;
}
