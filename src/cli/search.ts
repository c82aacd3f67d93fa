// naslab search: a search without a notebook.

import { program } from "../root";
import type { Command } from "./command";
import { searchData } from "./search-data";
import { readSearchOptions } from "./search-options";
import { tabularSearch } from "./tabular-search";

export const search: Command = {
  help: `Usage: ${program} search [OPTIONS]

Runs a search: progress on standard error, the result on standard output.

  --space NAME                     the search space; default nasbench201. ${program} spaces lists all
  --method NAME                    the method; default drnas. ${program} methods lists all.
                                   Or a file NAME.json or NAME.js with a method of your own (docs/methods.md)
  --seed N                         default 0
  --json                           one JSON document instead of a summary
  --folder DIR                     keep the run in this folder, new or empty; ${program} resume DIR goes on with it

Methods that train a network, such as drnas:

  --dataset cifar10|cifar100|imagenet16|fashion-mnist|DIR
                                   the images; default fashion-mnist, which needs no download. DIR: a folder with a
                                   folder of JPEG or PNG files for each class, or two such, train and val
  --data DIR                       folder of the data set's official files; default: the cache, or a download
  --images N                       the first N training images; default all
  --image-size N                   height and width that the images of a folder are given; default 224
  --channels N                     channels of the first cells; default: the papers' for the space
  --cells N                        cells, in each stage or in all, as the space counts them; default likewise
  --partial-channels K             mix 1/K of the channels only, K a divisor of them; default 1
  --batch N                        images in a batch; default 64
  --epochs N                       default: the method's, or the papers' for the space
  --steps-per-epoch N              default: as many as there are whole batches
  --set NAME=VALUE                 any setting, such as architecture.update.learningRate=0.01; may be repeated
  --checkpoint-every N             steps between two checkpoints in the folder, or minutes as in 10min; default: at
                                   epochs' ends and every five minutes, but for 1 % of the time at most
  --checkpoints N                  how many of the newest stay, beside the best; default 2
  --backend native|wasm|cpu        default: the first of these that loads, or what NASLAB_BACKEND names

Methods that ask a benchmark for accuracies (of nasbench201 or nasbench-macro), such as random and evolution; they
need no data set:

  --evaluations N                  architectures that a run may ask for; default 100, in place of the papers' 12,000 simulated
                                   seconds: the table has no training times
  --seeds N                        N runs, of the seeds 0 to N-1, and their means and deviations

An interrupt (Ctrl-C, SIGTERM) stops at the next step, writes a checkpoint where there is a folder and the result so far
(in JSON with "interrupted": true), and exits with 130 (143).`,

  async run(words) {
    const options = readSearchOptions(words);
    if (options.kind === "tabular") return tabularSearch(options);
    const data = await searchData(options);
    const { supernetSearch } = await import("./supernet-search.js"); // with TensorFlow, for which nobody who has mistyped shall wait
    return supernetSearch(options, data);
  },
};
