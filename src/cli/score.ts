// naslab score: training-free scores of architectures, and how well they order them.
import { program } from "../root";
import type { Command } from "./command";
import { loadData } from "./data-options";
import { knownFor, readScoreOptions } from "./score-options";

export const score: Command = {
  help: `Usage: ${program} score [OPTIONS]

Scores architectures without training them: progress on standard error, the result on standard output. Where a benchmark has
trained them, rank correlations of the scores with their test accuracies too, with 95 % bootstrap intervals.

  --space NAME                     the search space; default nasbench201. ${program} spaces lists all
  --proxy NAME,NAME|all            the proxies (docs/proxies.md); default naswot,synflow
  --architectures sample:N|FILE|ARCHITECTURE
                                   N different ones at random, a file with one in each line, or one as the space writes it;
                                   default sample:100
  --dataset cifar10|cifar100|imagenet16|fashion-mnist|DIR
                                   the images; default fashion-mnist, which needs no download, or cifar10 with --data.
                                   DIR: a folder with a folder of images for each class
  --data DIR                       folder of the data set's official files; default: the cache, or a download
  --image-size N                   height and width that the images of a folder are given; default 224
  --batch N                        images of the batch; default 64
  --channels N, --cells N          the networks' size; default: the papers' search network of the space
  --seed N                         of the architectures, the images and the weights; default 0
  --repeats N                      means over N draws of the weights; default 1
  --file FILE.jsonl                keep each score there as soon as it is made, and go on from what is there
  --json                           one JSON document instead of a summary
  --backend native|wasm|cpu        default: the first of these that loads, or what NASLAB_BACKEND names

An interrupt (Ctrl-C, SIGTERM) stops before the next architecture, prints what there is (in JSON with "interrupted": true), and
exits with 130 (143).`,

  async run(words) {
    const options = readScoreOptions(words);
    const data = await loadData(options.data);
    const known = knownFor(options, data);
    const { scoreAll } = await import("./score-architectures.js"); // with TensorFlow, for which nobody who has mistyped shall wait
    return scoreAll(options, data, known);
  },
};
