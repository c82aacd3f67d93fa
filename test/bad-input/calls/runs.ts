// What a notebook does with searches, benchmarks and displays.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  accuracyRange,
  agreement,
  benchmarks,
  Categorical,
  Concrete,
  Dirichlet,
  display,
  eigenvalues,
  Gaussian,
  kl,
  methods,
  PointMass,
  proposition1,
  published,
  publishedTables,
  RandomStream,
  regret,
  search,
  simulate,
  spaces,
  summarise,
  tabularMethods,
  useBackend,
} from "../../../src";
import { says } from "../said";
import { type CallCase, refused } from "./call-case";
import { images } from "./images";

const space = spaces.nasBench201();
const run = (settings: object = {}) =>
  search(methods.drnas, space, images(), { channels: 4, cells: 1, batch: 4, epochs: 2, ...settings });
const pruning = () => search(methods["p-darts"], spaces.darts(), images(), { channels: 2, cells: 3, batch: 4 });
const first = () => space.at(0);

export function runs(folder: string): readonly CallCase[] {
  mkdirSync(join(folder, "picture.svg"));
  return [...searches(), ...analysed(), ...asked(), ...networks(), ...shown(folder), ...numbers()];
}

const analysed = (): CallCase[] => [
  refused(
    "spectrum before a stage",
    () => run().spectrum(),
    says("run.spectrum", "before the first stage", "run.stage"),
  ),
  refused(
    "spectrum of θ",
    () => run().spectrum({ of: "theta" as "logits" }),
    says('"theta"', "run.spectrum.of", '"parameters"|"logits"'),
  ),
  refused(
    "spectrum with a regulariser of logits",
    () => run().spectrum({ regulariser: true }),
    says("regulariser", "run.spectrum", 'take of: "parameters"'),
  ),
  refused(
    "eigenvalues that were not read",
    () => eigenvalues(run()),
    says("has read none", "eigenvalues", 'earlyStop: { kind: "watch" }'),
  ),
  refused(
    "a figure of them before an epoch",
    () => display.eigenvalues([run()]),
    says("DrNAS", "eigenvalues", "run a stage"),
  ),
  refused(
    "accuracies of no samples",
    () => accuracyRange(run(), { samples: 0 }),
    says("got 0", "accuracyRange", "positive whole"),
  ),
  refused(
    "accuracies of images that the benchmark does not have",
    () => accuracyRange(run(), { split: "train" }),
    says('"train"', "accuracyRange", "use valid or test"),
  ),
  refused("agreement of one run", () => agreement([run()]), says("got 1", "agreement", "different seeds")),
  refused(
    "proposition 1 of DARTS",
    () => proposition1(search(methods.darts, space, images(), { channels: 4, cells: 1, batch: 4 })),
    says('"point-mass"', "proposition1", "give a run of DrNAS"),
  ),
  refused(
    "proposition 1 of nothing",
    () => proposition1(run()),
    says("no exact Hessian", "proposition1", 'earlyStop: { kind: "watch" }'),
  ),
];

const searches = (): CallCase[] => [
  refused(
    "stage of no epochs",
    () => run().stage({ epochs: 0 }),
    says("got 0", "run.stage: epochs", "positive whole number"),
  ),
  refused(
    "stage of half an epoch",
    () => run().stage({ epochs: 0.5 }),
    says("got 0.5", "run.stage: epochs", "positive whole"),
  ),
  refused("stage that keeps one", () => run().stage({ keep: 1 }), says("got 1", "run.stage: keep", "at least 2")),
  refused(
    "stage of K = 3",
    () => run().stage({ partialChannels: 3 }),
    says("got 3", "partialChannels", "divide the 4 channels"),
  ),
  refused(
    "stage of K = 8",
    () => run().stage({ partialChannels: 8 }),
    says("got 8", "partialChannels", "divide the 4 channels"),
  ),
  refused(
    "stage that prunes twice",
    () => pruning().stage({ keep: 2 }),
    says("pruning", "run.stage", "leave keep and"),
  ),
  refused("derive before a stage", () => run().derive(), says(null, "run.derive", "await run.stage")),
  refused("weights before a stage", () => run().saveWeights("x"), says(null, "run.saveWeights", "await run.stage")),
  refused(
    "an unknown event",
    () => run().on("steps" as "step", () => {}),
    says('"steps"', "run.on", "the events are stage"),
  ),
  refused(
    "a backend of no name",
    () => useBackend("gpu" as "cpu"),
    says('"gpu"', "useBackend", "use one of native, wasm, cpu"),
  ),
];

const asked = (): CallCase[] => [
  refused(
    "12.5 epochs of the benchmark",
    () => benchmarks.nasBench201().query(first(), { epochs: 12.5 as 12 }),
    says("12.5 epochs", "NAS-Bench-201", "there are cifar10"),
  ),
  refused(
    "another data set of the benchmark",
    () => benchmarks.nasBench201().all("mnist" as "cifar10", "test"),
    says('"mnist"', "NAS-Bench-201", "there are cifar10, cifar100, imagenet16"),
  ),
  refused(
    "an architecture of another space",
    () => benchmarks.nasBench201().query(spaces.chain().architecture(spaces.chain().edges.map(() => 1))),
    says("chain", "NAS-Bench-201", "give one of nasbench201"),
  ),
  refused(
    "a simulated search of no evaluations",
    () => simulate(benchmarks.nasBench201(), tabularMethods.random, { evaluations: 0 }),
    says("got 0", "budget", "whole number of at least 1"),
  ),
  refused(
    "a simulated search by an unknown method",
    () => simulate(benchmarks.nasBench201(), tabularMethods.nope),
    says(null, "there is no method of this name", "`methods` shows all"),
  ),
  refused(
    "a simulated search with a setting of another",
    () => simulate(benchmarks.nasBench201(), tabularMethods.random, { settings: { population: 1 } }),
    says('"population"', "settings", "there are no settings"),
  ),
  refused(
    "a benchmark of one's own that answers NaN",
    () => tabularMethods.evolution.search(space, () => Number.NaN, 5, {}, new RandomStream(0)),
    says("got NaN", "accuracy of |", "must be a finite number"),
  ),
  refused(
    "a policy on a space of edges that are left out",
    () => tabularMethods.reinforce.search(spaces.darts(), () => 1, 5, {}, new RandomStream(0)),
    says("reinforce", "darts", "some edges are left out"),
  ),
  refused(
    "two budgets",
    () => benchmarks.nasBenchMacro().simulate(tabularMethods.random, { evaluations: 5, seconds: 60 }),
    says("5 evaluations and 60 seconds", "simulate", "give one of them"),
  ),
  refused(
    "seconds of a benchmark that has none",
    () => simulate(benchmarks.nasBenchMacro(), tabularMethods.random, { seconds: 60 }),
    says("NAS-Bench-Macro", "simulate", "give { evaluations }"),
  ),
  refused("a regret of nothing", () => regret([]), says(null, "regret", "give a list of simulated ones")),
  refused(
    "a row that no table has",
    () => publishedTables.drnas4.row("drnas"),
    says('"drnas"', "DrNAS, table 4", "the rows are ResNet"),
  ),
  refused(
    "numbers of no column",
    () => publishedTables.drnas5.beside("mine", { accuracy: 94 }),
    says("accuracy", "DrNAS, table 5", "give some of cifar10/test"),
  ),
  refused("a summary of nothing", () => summarise([]), says(null, "summarise", "give a list of at least one")),
];

const networks = (): CallCase[] => [
  refused(
    "the cost of no channels",
    () => first().cost({ channels: 0 }),
    says("got 0", "channels", "a whole number from 1 on"),
  ),
  refused(
    "the cost of half a cell",
    () => first().cost({ cells: 0.5 }),
    says("got 0.5", "cells", "a whole number from 1 on"),
  ),
  refused(
    "a network of no width",
    () => display.network(space, { ...space.finalSize, image: [32, 0, 3] }),
    says("got 0", "width", "a whole number from 1 on"),
  ),
  refused(
    "the cost of a published cell on images of a pixel",
    () => published["darts-v2"].cost("imagenet", { image: [1, 1, 3] }),
    says("1 × 1", "cell", "take larger images"),
  ),
];

const shown = (folder: string): CallCase[] => [
  refused("history of nothing", () => display.history(run()), says(null, "history: no epoch", "run a stage first")),
  refused(
    "trajectory of nothing",
    () => display.trajectory(run()),
    says(null, "trajectory: no epoch", "run a stage first"),
  ),
  refused("entropy of nothing", () => display.entropy(run()), says(null, "entropy: no step", "run a stage first")),
  refused("comparison of nothing", () => display.compare([]), says(null, "compare: there are no runs", "give a list")),
  refused(
    "comparison of a new run",
    () => display.compare({ mine: run() }),
    says('"mine"', "compare", "run a stage of it first"),
  ),
  refused(
    "the rank of another space",
    () => display.rank(spaces.darts().sample(new RandomStream(0))),
    says("DARTS", "display.rank", "no benchmark"),
  ),
  refused(
    "the rank by another split",
    () => display.rank(first(), "cifar10", "train" as "test").svg,
    says('"train"', "NAS-Bench-201", "valid, test"),
  ),
  refused(
    "a figure as GIF",
    () => display.architecture(first()).save("x.gif"),
    says("x.gif", "save", "end the file's name in"),
  ),
  refused(
    "a figure into no folder",
    () => display.architecture(first()).save(join(folder, "no", "x.svg")),
    says("no/x.svg", "save", "make it first"),
  ),
  refused(
    "a figure over a folder",
    () => display.architecture(first()).save(join(folder, "picture.svg")),
    says("picture.svg", "is a folder", "name a file in it"),
  ),
  refused(
    "a picture of no class",
    () => display.register(3 as never, () => ({})),
    says(null, "display.register", "give a class"),
  ),
];

const numbers = (): CallCase[] => [
  refused("Dirichlet of one", () => new Dirichlet([1]), says("got 1", "Dirichlet", "at least 2"), "RangeError"),
  refused(
    "Dirichlet of 0",
    () => new Dirichlet([0, 1]),
    says("got 0", "concentration[0]", "must be positive"),
    "RangeError",
  ),
  refused(
    "Gaussian of 0",
    () => new Gaussian([0, 0], [1, 0]),
    says("got 0", "deviation[1]", "must be positive"),
    "RangeError",
  ),
  refused(
    "Concrete at -1",
    () => new Concrete([0, 0], -1),
    says("got -1", "temperature", "must be positive"),
    "RangeError",
  ),
  refused(
    "Categorical of NaN",
    () => new Categorical([0, Number.NaN]),
    says("got NaN", "logits[1]", "must be finite"),
    "RangeError",
  ),
  refused(
    "divergence of two kinds",
    () => kl(new Dirichlet([1, 1]), new Gaussian([0, 0], [1, 1])),
    says("a Dirichlet and a Gaussian", "kl", "the pairs are"),
    "TypeError",
  ),
  refused("PointMass of one", () => new PointMass([0]), says("got 1", "logits", "at least 2"), "RangeError"),
];
