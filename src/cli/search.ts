// naslab search: a search without a notebook.
import { useBackend } from "../backend";
import { datasets } from "../datasets";
import { SearchRun } from "../trainer";
import { type Command, INTERRUPTED } from "./command";
import { interruptible } from "./interrupt";
import { searchDocument, summary } from "./search-document";
import { readSearchOptions, type SearchOptions } from "./search-options";
import { showProgress } from "./search-progress";

export const search: Command = {
  help: `Usage: npm start -- search [OPTIONS]

Runs a search: progress on standard error, the result on standard output.

  --space nasbench201              the search space (the only one so far)
  --method drnas                   the method (the only one so far)
  --dataset cifar10|fashion-mnist  the images; default fashion-mnist, which needs no download
  --data DIR                       folder of CIFAR-10's official binary files; default: the cache, or a download
  --channels N                     channels of the first stage; default 16
  --cells N                        cells in each stage; default 5
  --partial-channels K             mix 1/K of the channels only, K a divisor of them; default 1
  --batch N                        images in a batch; default 64
  --epochs N                       default 100
  --steps-per-epoch N              default: as many as there are whole batches
  --seed N                         default 0
  --backend native|wasm|cpu        default: the first of these that loads, or what NASLAB_BACKEND names
  --json                           one JSON document instead of a summary

An interrupt stops at the next step, writes the result so far (in JSON with "interrupted": true) and exits with 130.`,

  run: (words) => runSearch(readSearchOptions(words)),
};

async function runSearch(options: SearchOptions): Promise<number> {
  const { space, method, settings, json } = options;
  const data = await load(options);
  const run = new SearchRun(method, space, data, settings);
  await useBackend(options.backend);
  const stop = showProgress(run);
  try {
    await interruptible((signal) => run.stage({ signal }));
  } finally {
    stop();
  }
  const interrupted = run.status === "interrupted";
  const document = searchDocument(run, interrupted);
  run.dispose();
  await print(json ? JSON.stringify(document, null, 2) : summary(document));
  return interrupted ? INTERRUPTED : 0;
}

function load({ dataset, folder }: SearchOptions) {
  return dataset === "cifar10" ? datasets.cifar10(folder === undefined ? {} : { folder }) : datasets.fashionMnist();
}

/** Resolves when all of it has left the process. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${text}\n`, (error) => (error ? reject(error) : resolve()));
  });
}
