// A search that trains a network: progress on standard error, the result on standard output.
import { useBackend } from "../backend";
import { type Dataset, datasets } from "../datasets";
import { UserError } from "../errors";
import { SearchRun } from "../trainer";
import { INTERRUPTED } from "./command";
import { interruptible } from "./interrupt";
import { print } from "./print";
import { searchDocument, summary } from "./search-document";
import { showProgress } from "./search-progress";
import type { DataOptions, SupernetOptions } from "./supernet-options";

/** @returns the exit code. */
export async function supernetSearch(options: SupernetOptions): Promise<number> {
  const { space, method, settings, json } = options;
  const data = first(await load(options.images), options.count);
  const run = new SearchRun(method, space, data, settings);
  await useBackend(options.backend);
  const stop = showProgress(run);
  try {
    await interruptible(async (signal) => {
      while (!run.finished && run.status !== "interrupted") await run.stage({ signal });
    });
  } finally {
    stop();
  }
  const interrupted = run.status === "interrupted" || !(await interruptible((signal) => derived(run, signal)));
  const document = searchDocument(run, interrupted);
  run.dispose();
  await print(json ? JSON.stringify(document, null, 2) : summary(document));
  return interrupted ? INTERRUPTED : 0;
}

/** The first training images. @throws UserError if there are not so many. */
function first(data: Dataset, count: number | undefined): Dataset {
  if (count === undefined) return data;
  if (count > data.train.count)
    throw new UserError(`--images ${count}: ${data.title} has ${data.train.count} training images; give at most that`);
  return data.take({ train: count });
}

/** Reads the architecture out; false if interrupted. */
async function derived(run: SearchRun, signal: AbortSignal): Promise<boolean> {
  try {
    await run.derive({ signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return !signal.aborted;
}

function load(images: DataOptions): Promise<Dataset> {
  switch (images.dataset) {
    case "folder":
      return datasets.imageFolder(images.folder, { size: images.size });
    case "fashion-mnist":
      return datasets.fashionMnist();
    default:
      return datasets[images.dataset]({ folder: images.folder });
  }
}
