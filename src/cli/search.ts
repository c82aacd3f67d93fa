// naslab search: a search without a notebook.
import type { Command } from "./command";
import { readSearchOptions } from "./search-options";
import { supernetSearch } from "./supernet-search";
import { tabularSearch } from "./tabular-search";

export const search: Command = {
  help: `Usage: npm start -- search [OPTIONS]

Runs a search: progress on standard error, the result on standard output.

  --space NAME                     the search space; default nasbench201. npm start -- spaces lists all
  --method NAME                    the method; default drnas. npm start -- methods lists all.
                                   Or a file NAME.json or NAME.js with a method of your own (docs/methods.md)
  --seed N                         default 0
  --json                           one JSON document instead of a summary

Methods that train a network, such as drnas:

  --dataset cifar10|fashion-mnist  the images; default fashion-mnist, which needs no download
  --data DIR                       folder of CIFAR-10's official binary files; default: the cache, or a download
  --channels N                     channels of the first stage; default 16
  --cells N                        cells in each stage; default 5
  --partial-channels K             mix 1/K of the channels only, K a divisor of them; default 1
  --batch N                        images in a batch; default 64
  --epochs N                       default 100
  --steps-per-epoch N              default: as many as there are whole batches
  --set NAME=VALUE                 any setting, such as architecture.update.learningRate=0.01; may be repeated
  --backend native|wasm|cpu        default: the first of these that loads, or what NASLAB_BACKEND names

Methods that ask a benchmark for accuracies, such as random and evolution; they need no data set:

  --evaluations N                  architectures that a run may ask for; default 100, in place of the papers' 12,000 simulated
                                   seconds: the table has no training times
  --seeds N                        N runs, of the seeds 0 to N-1, and their means and deviations

An interrupt stops at the next step, writes the result so far (in JSON with "interrupted": true) and exits with 130.`,

  async run(words) {
    const options = readSearchOptions(words);
    return options.kind === "supernet" ? supernetSearch(options) : tabularSearch(options);
  },
};
