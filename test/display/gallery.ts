// The gallery: a figure of each kind, of numbers made up by a rule, so that it is the same on every machine.
import { studies } from "../../src";
import { type Candidate, ScoreTable, Selection } from "../../src/analysis";
import { RandomStream } from "../../src/backend";
import { benchmarks, simulate } from "../../src/benchmarks";
import type { ImageDataset } from "../../src/datasets";
import type { Figure } from "../../src/display";
import { display } from "../../src/display";
import { mixedFigure } from "../../src/display/cell-graph";
import { distributionFigure } from "../../src/display/distribution";
import { edgeEntropyFigure } from "../../src/display/edge-entropy";
import { type Labels, labelsOf } from "../../src/display/edges";
import { entropyFigure } from "../../src/display/entropy";
import { heatMapFigure } from "../../src/display/heat-map";
import { historyFigure } from "../../src/display/history";
import { leadersFigure } from "../../src/display/leaders";
import { ridgelinesFigure } from "../../src/display/ridgelines";
import { simplexFigure } from "../../src/display/simplex-plot";
import { stepTimesFigure } from "../../src/display/step-times";
import { surfaceFigure } from "../../src/display/surface";
import { trajectoryFigure } from "../../src/display/trajectory";
import { CellDistribution, concentrationOf, Dirichlet, recordOf } from "../../src/distributions";
import { methods, tabularMethods } from "../../src/methods";
import { type SearchSpace, spaces } from "../../src/spaces";
import { type EpochRecord, SearchRun, type StepRecord } from "../../src/trainer";

export const NOTE = "Made-up numbers";

/** Dirichlets whose free parameters drift away from 0, each at a pace of its own. @param share 0 … 1 of the way. */
export function drifted(space: SearchSpace, share: number, seed = 0): CellDistribution<Dirichlet> {
  const stream = new RandomStream(seed, "gallery");
  const rows = space.edges.map(({ candidates }) => {
    const goals = candidates.map(() => 2 * stream.normal());
    const detours = candidates.map(() => 1.5 * stream.normal());
    const eta = goals.map((goal, k) => share * goal + detours[k] * Math.sin(Math.PI * share) * (1 - share));
    return new Dirichlet(concentrationOf(eta));
  });
  const names = space.edges.map(({ name }) => name);
  return new CellDistribution(
    names,
    space.operations,
    rows,
    space.edges.map(({ candidates }) => candidates),
  );
}

/** Records of a search that never was. */
export function madeUpHistory(space: SearchSpace, epochs: number, seed = 0): EpochRecord[] {
  return Array.from({ length: epochs }, (_, k): EpochRecord => {
    const distribution = drifted(space, (k + 1) / epochs, seed);
    const fall = Math.exp(-(3 * k) / epochs);
    const mean = distribution.mean().map((row) => Array.from(row));
    return {
      epoch: k + 1,
      train: { loss: 0.6 + 1.6 * fall, accuracy: 0.78 - 0.6 * fall },
      valid: {
        loss: 0.8 + 1.4 * fall + 0.05 * Math.sin(k + seed),
        accuracy: 0.72 - 0.55 * fall + 0.01 * Math.sin(k + seed),
      },
      seconds: 20,
      secondsPerStep: 0.2,
      eta: mean,
      rows: distribution.rows.map(recordOf),
      kept: distribution.kept,
      mean,
      entropy: distribution.entropy(),
      eigenvalue: null,
      smallestEigenvalue: null,
      hessianDiagonal: null,
      architecture: space.sample(new RandomStream(1000 * seed + k)).toString(),
      residentBytes: 1e9,
    };
  });
}

export function madeUpSteps(history: readonly EpochRecord[], each: number): StepRecord[] {
  return history.flatMap(({ epoch, train, entropy }) =>
    Array.from({ length: each }, (_, k): StepRecord => {
      const step = (epoch - 1) * each + k + 1;
      const seconds = {
        imageSeconds: 0.012 + 0.002 * Math.sin(step),
        architectureSeconds: 0.09 + 0.01 * Math.sin(2 * step),
        weightSeconds: 0.06,
      };
      return {
        step,
        epoch,
        trainLoss: train.loss + 0.1 * Math.sin(step),
        trainAccuracy: train.accuracy,
        searchLoss: train.loss,
        entropy,
        seconds: Object.values(seconds).reduce((sum, part) => sum + part, 0.004),
        ...seconds,
      };
    }),
  );
}

/** A run that has recorded made-up epochs. */
export function madeUpRun(
  data: ImageDataset,
  method: string,
  epochs: number,
  seed: number,
  learningRate = 0.025,
): SearchRun {
  const space = spaces.nasBench201();
  const run = new SearchRun(methods[method], space, data, { epochs, seed, batch: 8, weights: { learningRate } });
  run.history.push(...madeUpHistory(space, epochs, seed));
  return run;
}

/** Architectures that nobody has scored. */
function madeUpSelection(space: SearchSpace): Selection {
  const stream = new RandomStream(0, "gallery", "selection");
  const [naswot, params] = [
    { name: "naswot", better: "higher" },
    { name: "params", better: "higher" },
  ] as const;
  const size = { channels: 16, cells: 5, image: [32, 32, 3], classes: 10 } as const;
  const candidates = Array.from({ length: 60 }, (_, k): Candidate => {
    const architecture = space.sample(stream);
    const cost = architecture.cost().parameters;
    const quality = Math.log(cost / 7e4) + 0.5 * stream.normal();
    return {
      architecture,
      scores: { naswot: 1600 + 40 * quality, params: cost },
      reasons: {},
      seconds: { naswot: 0.2, params: 0 },
      draws: 1 + (k % 4 === 0 ? stream.below(6) : 0),
      probability: 0.01 * Math.exp(-2 * stream.uniform() - 0.3 * quality),
      combined: 1 / (1 + Math.exp(-quality)),
      cost,
    };
  }).sort((a, b) => b.combined - a.combined);
  const table = new ScoreTable(
    { space, proxies: ["naswot", "params"], data: "CIFAR-10", sha256: null, images: 64, size, seed: 0, repeats: 1 },
    [naswot, params],
    candidates,
    false,
  );
  return new Selection(table, candidates, 100, true, null, null);
}

/** A run that has watched made-up Hessians. @param growth of the eigenvalue over all epochs. */
export function watchedRun(
  data: ImageDataset,
  method: string,
  epochs: number,
  seed: number,
  growth: number,
): SearchRun {
  const space = spaces.nasBench201();
  const settings = { epochs, seed, batch: 8, architecture: { earlyStop: { kind: "watch" } } };
  const run = new SearchRun(methods[method], space, data, settings);
  const stream = new RandomStream(seed, "eigenvalues");
  const records = madeUpHistory(space, epochs, seed).map((record, k): EpochRecord => {
    const eigenvalue = 0.05 * growth ** (k / Math.max(1, epochs - 1)) * (1 + 0.1 * stream.normal());
    const hessianDiagonal = Array.from({ length: 30 }, () => (eigenvalue / 6) * stream.uniform());
    const architecture = space.architecture(record.mean.map((row) => row.indexOf(Math.max(...row)))).toString();
    return { ...record, architecture, eigenvalue, smallestEigenvalue: -eigenvalue / 50, hessianDiagonal };
  });
  run.history.push(...records);
  return run;
}

/** By the name of its file in docs/figures. @param data any images: the runs' settings want some. */
export function gallery(data: ImageDataset): Record<string, () => Figure> {
  const space = spaces.nasBench201();
  const labels: Labels = labelsOf(space);
  const history = madeUpHistory(space, 16);
  const steps = madeUpSteps(history, 4);
  const distribution = drifted(space, 1);
  const architecture = space.architecture(distribution.argmax());
  const other = benchmarks.nasBench201().best("cifar10", "test");
  const large = spaces.darts();
  const seeds = (method: string, first: number) => [0, 1, 2].map((k) => madeUpRun(data, method, 12, first + k));
  const watched = (method: string, growth: number, first = 0) =>
    [0, 1, 2].map((k) => watchedRun(data, method, 12, first + k, growth));
  return {
    distribution: () => distributionFigure(distribution, NOTE, labels),
    "heat-map": () => heatMapFigure(distribution, labels, NOTE),
    ridgelines: () => ridgelinesFigure(history, labels, NOTE, "3<-0"),
    simplex: () => simplexFigure(distribution, history, labels, { edge: "2<-0" }, NOTE),
    surface: () => surfaceFigure(drifted(space, 0.8), labels, { edge: "2<-0" }, NOTE),
    trajectory: () => trajectoryFigure(history, labels, NOTE),
    entropy: () => entropyFigure(steps, labels, NOTE),
    "edge-entropy": () => edgeEntropyFigure(history, labels, NOTE),
    leaders: () => leadersFigure(history, labels, NOTE),
    "leaders-darts": () => leadersFigure(madeUpHistory(large, 50), labelsOf(large), NOTE),
    history: () => historyFigure(history, "Losses and accuracies", NOTE),
    compare: () => display.compare({ DrNAS: seeds("drnas", 0), "DARTS, first order": seeds("darts", 10) }),
    eigenvalues: () => display.eigenvalues({ DrNAS: watched("drnas", 1.4), "DARTS, first order": watched("darts", 8) }),
    "accuracy-range": () => display.accuracyRange([watchedRun(data, "drnas", 12, 3, 2)]),
    "operation-counts": () =>
      display.operationCounts({ DrNAS: watched("drnas", 2), "one seed": watchedRun(data, "drnas", 12, 7, 2) }),
    agreement: () => display.agreement({ DrNAS: watched("drnas", 2), others: watched("drnas", 2, 20) }),
    proposition1: () => display.proposition1(watchedRun(data, "drnas", 12, 5, 2)),
    parallel: () =>
      display.parallel(
        [0.1, 0.05, 0.025, 0.0125].map((rate, k) => madeUpRun(data, k % 2 ? "darts" : "drnas", 8 + 2 * k, k, rate)),
      ),
    "step-times": () => stepTimesFigure(steps, NOTE),
    cells: () => mixedFigure(distribution, space, NOTE),
    architecture: () => display.architecture(architecture),
    difference: () => display.difference(architecture, other, ["found", "the best"]),
    network: () => display.network(space),
    rank: () => display.rank(architecture),
    "valid-test": () => display.validTest(architecture),
    pareto: () => display.pareto(architecture),
    correlations: () => display.correlations(studies.nasBench201()),
    selection: () => display.selection(madeUpSelection(space)),
    "selection-cost": () => display.selection(madeUpSelection(space), { against: "cost" }),
    regret: () =>
      display.regret(
        Object.fromEntries(
          ["random", "evolution", "local-search"].map((name) => [
            tabularMethods[name].title,
            Array.from({ length: 40 }, (_, seed) =>
              simulate(benchmarks.nasBench201(), tabularMethods[name], { seed, evaluations: 300 }),
            ),
          ]),
        ),
      ),
  };
}
