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
  if (!batch) {
    if (needs.size === 0) return { design, size: checkedSize(who, { ...own, ...size }), images: null, labels: null };
    throw new UserError(`${who}: needs a batch of ${[...needs].join(" and ")}; data.batch(indices, null) gives one`);
  }
  checkImages(who, batch);
  const whole = checkedSize(who, { ...own, ...size, image: size.image ?? imageOf(who, batch, own.image) });
  const { images, labels = null } = batch;
  const count = images.length / whole.image.reduce((product, length) => product * length, 1);
  if (!Number.isInteger(count))
    throw new UserError(
      `${who}: ${images.length} values are no images of [${whole.image}]; give size: { image: [height, width, channels] }`,
    );
  if (needs.has("labels")) checkLabels(who, labels, count, whole.classes);
  return { design, size: whole, images, labels };
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

function checkImages(who: string, { images }: ProxyBatch): void {
  if (!(images instanceof Float32Array) || images.length === 0)
    throw new UserError(`${who}: the batch has no images; await data.batch(indices, null) gives one`);
  const wrong = images.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new UserError(`${who}: value ${wrong} of the images is ${images[wrong]}; give finite ones`);
}

function checkLabels(who: string, labels: Int32Array | null, count: number, classes: number): void {
  if (!(labels instanceof Int32Array && labels.length > 0))
    throw new UserError(`${who}: needs labels, and the batch has none; give { images, labels }`);
  if (labels.length !== count)
    throw new UserError(`${who}: the batch has ${count} images and ${labels.length} labels; give one an image`);
  const wrong = labels.find((label) => label < 0 || label >= classes);
  if (wrong !== undefined)
    throw new UserError(`${who}: label ${wrong} is none of the network's ${classes} classes; give size: { classes }`);
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
  const whole = (value: number | undefined, least: number) => Number.isInteger(value) && value! >= least;
  const wanted = {
    channels: whole(size.channels, 1) || "a positive whole number",
    cells: whole(size.cells, 1) || "a positive whole number",
    classes: whole(size.classes, 2) || "a whole number of at least 2",
    image: (size.image?.length === 3 && size.image.every((side) => whole(side, 1))) || "[height, width, channels]",
  };
  for (const name of ["channels", "cells", "classes", "image"] as const)
    if (wanted[name] !== true)
      throw new UserError(`${who}: size.${name} must be ${wanted[name]}, got ${JSON.stringify(size[name]) ?? "none"}`);
  return size as NetworkSize;
}
