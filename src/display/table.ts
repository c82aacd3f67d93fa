// One table from class to picture, and the figures of a run in one line each.
import { Regret, type RegretOptions, type Runs, regret, ScoreTable, Selection, type SimulatedRuns } from "../analysis";
import { tf } from "../backend";
import {
  Benchmark,
  type BenchmarkData,
  BenchmarkEntry,
  type BenchmarkSplit,
  benchmarkOf,
  NasBench201Trainings,
  PublishedTable,
} from "../benchmarks";
import { Dataset, loaded } from "../datasets";
import { CellDistribution } from "../distributions";
import { UserError } from "../errors";
import { methods, tabularMethods } from "../methods";
import { proxies } from "../proxies";
import { Architecture, type Design, type NetworkSize, PublishedGenotype, published, SearchSpace } from "../spaces";
import { History, originOf, SearchRun } from "../trainer";
import { type AccuracyRangeFigureOptions, accuracyRangeFigure } from "./accuracy-range";
import { agreementFigure } from "./agreement";
import { benchmarkBundle } from "./benchmark";
import { DISPLAY, type MimeBundle } from "./bundle";
import { architectureFigure, mixedFigure } from "./cell-graph";
import { type CompareOptions, compareFigure } from "./compare";
import { type CorrelationOptions, correlationFigure, type Tables } from "./correlations";
import { differenceFigure } from "./difference";
import { distributionFigure } from "./distribution";
import { edgeEntropyFigure } from "./edge-entropy";
import { labelsOf } from "./edges";
import { eigenvaluesFigure } from "./eigenvalues";
import { entropyFigure } from "./entropy";
import type { Figure } from "./figure";
import { follow } from "./follow";
import { heatMapFigure } from "./heat-map";
import { historyFigure } from "./history";
import { imageGrid } from "./images";
import { leadersFigure } from "./leaders";
import { methodsBundle } from "./methods";
import { networkFigure } from "./network-graph";
import { operationCountsFigure } from "./operation-counts";
import { type ParallelOptions, parallelFigure } from "./parallel";
import { type ParetoOptions, paretoFigure } from "./pareto";
import { proposition1Figure } from "./proposition1";
import { proxiesBundle } from "./proxies";
import { publishedBundle } from "./published";
import { publishedTableBundle } from "./published-table";
import { rankFigure } from "./rank";
import { register } from "./register";
import { regretFigure } from "./regret";
import { ridgelinesFigure } from "./ridgelines";
import { runBundle } from "./run";
import { scaleNote } from "./scale";
import { scoresBundle } from "./scores";
import { type SelectionOptions, selectionFigure } from "./selection";
import type { SimplexOptions } from "./simplex";
import { simplexFigure } from "./simplex-plot";
import { spaceFigure } from "./space-graph";
import { stageTable } from "./stage-table";
import type { StageMark } from "./stages";
import { stepTimesFigure } from "./step-times";
import { surfaceFigure } from "./surface";
import { tensorBundle } from "./tensor";
import { trainingsFigure } from "./trainings";
import { trajectoryFigure } from "./trajectory";
import { validTestFigure } from "./valid-test";

/** The scale at which a value was learnt, in words; "" if it was at the papers' scale, or not learnt at all. */
function noteOf(value: object): string {
  const run = value instanceof SearchRun ? value : originOf(value);
  return run ? scaleNote(run) : "";
}

/** What a run's or a learnt distribution's rows are called; of another distribution no more than its own names. */
function labelsFor(value: SearchRun | CellDistribution) {
  const run = value instanceof SearchRun ? value : originOf(value);
  return labelsOf(run ? run.space : (value as CellDistribution));
}

/** Where a run's stages changed the network. */
const stagesOf = (run: SearchRun | undefined): readonly StageMark[] =>
  (run?.stages ?? []).map(({ stage, epoch, kept, pruned, partialChannels, widened }) => ({
    stage,
    fromEpoch: epoch,
    keep: pruned ? Math.max(...kept.map((row) => row.length)) : null,
    partialChannels: widened ? partialChannels : null,
  }));

const distributionOf = (source: SearchRun | CellDistribution) =>
  source instanceof SearchRun ? source.distribution : source;

function runOf(source: SearchRun | CellDistribution, name: string): SearchRun {
  const run = source instanceof SearchRun ? source : originOf(source);
  if (!run)
    throw new UserError(
      `display.${name}: this distribution was learnt by no run, so that its cells are not known; give a run`,
    );
  return run;
}

/** A run's epochs, those before a distribution of it too. */
const historyOf = (source: SearchRun | CellDistribution) =>
  (source instanceof SearchRun ? source : originOf(source))?.history ?? [];

/** What a benchmark's figures are of. */
type Judged = SearchRun | Architecture | BenchmarkEntry;

/** What the benchmark knows of an architecture. @param name of the figure that asks. */
function entryOf(source: Judged, name: string) {
  const { architecture } = source instanceof Architecture ? { architecture: source } : source;
  if (source instanceof BenchmarkEntry) return { entry: source, note: noteOf(architecture) };
  const { space } = architecture;
  const benchmark = benchmarkOf(space);
  if (!benchmark) throw new UserError(`display.${name}: no benchmark has trained the architectures of ${space.title}`);
  return { entry: benchmark.query(architecture), note: noteOf(architecture) };
}

/** Figures of a run; each shows itself and saves itself: `display.entropy(run).save("entropy.svg")`. */
export const display = {
  /** Gives a class of yours a picture: `display.register(Class, value => figure or MIME bundle)`. */
  register,

  /** Each operation by edge: intervals of its weight, of Gaussians the logits' densities too, or bars where there is one number. */
  distribution: (source: SearchRun | CellDistribution): Figure =>
    distributionFigure(distributionOf(source), noteOf(source), labelsFor(source)),

  /** The mean weights at a glance, edges × operations. */
  heatMap: (source: SearchRun | CellDistribution): Figure =>
    heatMapFigure(distributionOf(source), labelsFor(source), noteOf(source)),

  /** How the densities of the weights moved: a ridge an epoch, all edges or one: `{ edge: "3<-0" }`. */
  ridgelines: (run: SearchRun, { edge }: { readonly edge?: string } = {}): Figure =>
    ridgelinesFigure(run.history, labelsFor(run), noteOf(run), edge),

  /**
   * The weights of three operations of an edge on the simplex, each divided by the sum of the three: regions of high density, draws, the
   * path of the mean over the epochs. Without options the first edge, and its operations of the largest mean weights.
   */
  simplex: (source: SearchRun | CellDistribution, options?: SimplexOptions): Figure =>
    simplexFigure(distributionOf(source), historyOf(source), labelsFor(source), options, noteOf(source)),

  /** The density of the same three weights as a surface. */
  surface: (source: SearchRun | CellDistribution, options?: SimplexOptions): Figure =>
    surfaceFigure(distributionOf(source), labelsFor(source), options, noteOf(source)),

  /** The search network's cells as graphs, each operation as wide as its mean weight. */
  cells: (source: SearchRun | CellDistribution): Figure =>
    mixedFigure(distributionOf(source), runOf(source, "cells").space, noteOf(source)),

  /** The network from image to classes, with channels and resolution: a run's search network, a space's final one, or one of another size. */
  network: (source: SearchRun | SearchSpace | Architecture, size?: NetworkSize): Figure => {
    if (!(source instanceof SearchRun)) {
      const space = source instanceof SearchSpace ? source : source.space;
      return networkFigure(space, size ?? space.finalSize, "", true);
    }
    const { settings, data, space } = source;
    const own = { channels: settings.channels, cells: settings.cells, image: data.shape, classes: data.classes.length };
    return networkFigure(space, size ?? own, size ? "" : noteOf(source));
  },

  /** Losses and accuracies by epoch. */
  history: (run: SearchRun): Figure => historyFigure(run.history, "Losses and accuracies", noteOf(run), stagesOf(run)),

  /** The stages of a progressive search: operations, partial channels, a step's time, memory. */
  stages: (run: SearchRun): { [DISPLAY](): Promise<MimeBundle> } => ({
    [DISPLAY]: async () => stageTable(run, noteOf(run)),
  }),

  /** Entropy of the mean weights by step. */
  entropy: (run: SearchRun): Figure => entropyFigure(run.steps, labelsFor(run), noteOf(run)),

  /** Entropy of each edge's mean weights by epoch. */
  edgeEntropy: (run: SearchRun): Figure => edgeEntropyFigure(run.history, labelsFor(run), noteOf(run)),

  /** Which operation led on each edge when, and how many edges each led. */
  leaders: (run: SearchRun): Figure => leadersFigure(run.history, labelsFor(run), noteOf(run)),

  /** Where a step's time goes: images, architecture half-step, weight half-step. */
  stepTimes: (run: SearchRun): Figure =>
    stepTimesFigure(run.steps, noteOf(run), run.backend ? `${run.backend} (${run.device})` : ""),

  /** Mean weights by epoch, a panel an edge. */
  trajectory: (run: SearchRun): Figure => trajectoryFigure(run.history, labelsFor(run), noteOf(run), stagesOf(run)),

  /**
   * Runs side by side, by what each has recorded: weights and entropy by epoch, and what the benchmark says of the architecture so far.
   * Of several seeds, `{ name: [run, …] }`, means with bands.
   */
  compare: (runs: Runs, options?: CompareOptions): Figure => compareFigure(runs, options),

  /** The dominant eigenvalue of the validation loss's Hessian by epoch, of runs that watched it (DrNAS, figures 4 and 5). */
  eigenvalues: (runs: Runs): Figure => eigenvaluesFigure(runs),

  /** By a benchmark, what architectures drawn from the distribution after each epoch are worth (DrNAS, figure 1). */
  accuracyRange: (runs: Runs, options?: AccuracyRangeFigureOptions): Figure => accuracyRangeFigure(runs, options),

  /** How often each operation is in the architecture so far, by epoch: whether skip connections take over. */
  operationCounts: (runs: Runs): Figure => operationCountsFigure(runs),

  /** Whether runs of different seeds find the same: `{ name: [run, …] }`, or a list of one method's. */
  agreement: (runs: Runs): Figure => agreementFigure(runs),

  /** DrNAS's proposition 1 along a run: the penalty on the Hessian's trace, and its bound. */
  proposition1: (run: SearchRun): Figure => proposition1Figure(run),

  /** A figure of a run, live: `display.follow(run, (run) => display.accuracyRange([run]))` before a stage draws it anew at each epoch's end. */
  follow,

  /** Settings in which runs differ, and their results, as parallel coordinates. */
  parallel: (runs: Runs, options?: ParallelOptions): Figure => parallelFigure(runs, options),

  /** The cells as graphs, with the architecture's string and its accuracies where a benchmark knows them. */
  architecture: (source: Architecture | Design): Figure =>
    architectureFigure(source, source instanceof Architecture ? benchmarkOf(source.space)?.query(source) : undefined),

  /** Two architectures side by side, with what differs. @param names what they are called. */
  difference: (
    first: Architecture | Design,
    second: Architecture | Design,
    names?: readonly [first: string, second: string],
  ): Figure => differenceFigure(first, second, names),

  /** Where an architecture lies among all of the benchmark. */
  rank: (source: Judged, data?: BenchmarkData, split?: BenchmarkSplit): Figure => {
    const { entry, note } = entryOf(source, "rank");
    return rankFigure(entry, data, split, note);
  },

  /** Validation against test accuracy of all architectures of the benchmark, and where one lies. */
  validTest: (source: Judged, data?: BenchmarkData): Figure => {
    const { entry, note } = entryOf(source, "validTest");
    return validTestFigure(entry, data, note);
  },

  /** How far simulated searches are from the best after a budget, a curve for each name: `{ name: [run, …] }`. */
  regret: (runs: SimulatedRuns, options?: RegretOptions): Figure => regretFigure(regret(runs, options)),

  /** Accuracy against cost of all architectures of the benchmark, their Pareto front, and where one lies. */
  pareto: (source: Judged, options?: ParetoOptions): Figure => {
    const { entry, note } = entryOf(source, "pareto");
    return paretoFigure(entry, options, note);
  },

  /** How well training-free scores order what a benchmark has trained, beside what papers print: one table, or `{ name: table }`. */
  correlations: (tables: Tables, options?: CorrelationOptions): Figure => correlationFigure(tables, options),

  /** What `select` drew: scores against probability, or `{ against: "cost" }` with the front of the two. */
  selection: (selection: Selection, options?: SelectionOptions): Figure => selectionFigure(selection, options),
};

register(tf.Tensor, tensorBundle);
register(SearchSpace, spaceFigure);
register(Dataset, async (data) => imageGrid(await loaded(data)));
register(SearchRun, runBundle);
register(CellDistribution, display.distribution);
register(History, (history) =>
  history.length > 0
    ? historyFigure(history, "Losses and accuracies", noteOf(history), stagesOf(originOf(history)))
    : { "text/plain": "no epoch yet: run a stage first" },
);
register(Architecture, (architecture) => display.architecture(architecture));
register(PublishedGenotype, (genotype) => display.architecture(genotype.design()));
register(ScoreTable, scoresBundle);
register(Selection, (selection) => selectionFigure(selection));
register(Regret, regretFigure);
register(PublishedTable, publishedTableBundle);
register(BenchmarkEntry, (entry) =>
  entry.benchmark.isAtHand(entry.epochs) ? display.rank(entry) : architectureFigure(entry.architecture, entry),
);
register(Benchmark, benchmarkBundle);
register(NasBench201Trainings, trainingsFigure);
Object.defineProperty(methods, DISPLAY, {
  value: async () => methodsBundle([...Object.values(methods), ...Object.values(tabularMethods)]),
});
Object.defineProperty(proxies, DISPLAY, { value: async () => proxiesBundle(Object.values(proxies)) });
for (const proxy of Object.values(proxies))
  Object.defineProperty(proxy, DISPLAY, { value: async () => proxiesBundle([proxy]) });
Object.defineProperty(published, DISPLAY, { value: async () => publishedBundle(Object.values(published)) });
