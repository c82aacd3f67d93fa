// One table from class to picture, and the figures of a run in one line each.
import { tf } from "../backend";
import { type BenchmarkData, BenchmarkEntry, type BenchmarkSplit, benchmarks } from "../benchmarks";
import { ImageDataset } from "../datasets";
import { CellDistribution } from "../distributions";
import { methods, tabularMethods } from "../methods";
import { Architecture, NasBench201 } from "../spaces";
import { History, originOf, SearchRun } from "../trainer";
import { DISPLAY } from "./bundle";
import { architectureFigure } from "./cell-graph";
import { type CompareOptions, compareFigure, type Runs } from "./compare";
import { distributionFigure } from "./distribution";
import { entropyFigure } from "./entropy";
import type { Figure } from "./figure";
import { historyFigure } from "./history";
import { imageGrid } from "./images";
import { methodsBundle } from "./methods";
import { rankFigure } from "./rank";
import { register } from "./register";
import { runBundle } from "./run";
import { scaleNote } from "./scale";
import { spaceFigure } from "./space-graph";
import { tensorBundle } from "./tensor";
import { trajectoryFigure } from "./trajectory";

/** The scale at which a value was learnt, in words; "" if it was at the papers' scale, or not learnt at all. */
function noteOf(value: object): string {
  const run = value instanceof SearchRun ? value : originOf(value);
  return run ? scaleNote(run) : "";
}

const labels = ({ distribution: { edges, operations } }: SearchRun) => ({ edges, operations });

/** Figures of a run; each shows itself and saves itself: `display.entropy(run).save("entropy.svg")`. */
export const display = {
  /** Gives a class of yours a picture: `display.register(Class, value => figure or MIME bundle)`. */
  register,

  /** Each operation by edge: intervals of its weight, of Gaussians the logits' densities too, or bars where there is one number. */
  distribution: (source: SearchRun | CellDistribution): Figure =>
    distributionFigure(source instanceof SearchRun ? source.distribution : source, noteOf(source)),

  /** Losses and accuracies by epoch. */
  history: (run: SearchRun): Figure => historyFigure(run.history, "Losses and accuracies", noteOf(run)),

  /** Entropy of the mean weights by step. */
  entropy: (run: SearchRun): Figure => entropyFigure(run.steps, run.space.operations.length, noteOf(run)),

  /** Mean weights by epoch, a panel an edge. */
  trajectory: (run: SearchRun): Figure => trajectoryFigure(run.history, labels(run), noteOf(run)),

  /** Runs side by side, by what each has recorded: weights and entropy by epoch, and what the benchmark says of the architecture so far. */
  compare: (runs: Runs, options?: CompareOptions): Figure => compareFigure(runs, options),

  /** The cell as a graph, with its string and its accuracies in the benchmark. */
  architecture: (architecture: Architecture): Figure =>
    architectureFigure(architecture, benchmarks.nasBench201().query(architecture)),

  /** Where an architecture lies among all of the benchmark. */
  rank: (
    source: SearchRun | Architecture | BenchmarkEntry,
    data: BenchmarkData = "cifar10",
    split: BenchmarkSplit = "test",
  ): Figure => {
    const benchmark = benchmarks.nasBench201();
    const entry =
      source instanceof BenchmarkEntry
        ? source
        : benchmark.query(source instanceof SearchRun ? source.architecture : source);
    return rankFigure(entry, benchmark, data, split, noteOf(entry.architecture));
  },
};

register(tf.Tensor, tensorBundle);
register(NasBench201, spaceFigure);
register(ImageDataset, (data) => imageGrid(data));
register(SearchRun, runBundle);
register(CellDistribution, display.distribution);
register(History, (history) =>
  history.length > 0
    ? historyFigure(history, "Losses and accuracies", noteOf(history))
    : { "text/plain": "no epoch yet: run a stage first" },
);
register(Architecture, display.architecture);
register(BenchmarkEntry, (entry) => display.rank(entry));
Object.defineProperty(methods, DISPLAY, {
  value: async () => methodsBundle([...Object.values(methods), ...Object.values(tabularMethods)]),
});
