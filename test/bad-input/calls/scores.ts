// What a notebook does with training-free scores.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { display, openScores, rankCorrelation, score, scores as scoresOf, select, spaces, studies } from "../../../src";
import { CellDistribution, Dirichlet } from "../../../src/distributions";
import { says } from "../said";
import { type CallCase, refused } from "./call-case";
import { images } from "./images";

const space = spaces.nasBench201();
const common = { proxies: ["params"], data: images(), images: 4 };
const uniform = () =>
  new CellDistribution(
    space.edges.map(({ name }) => name),
    space.operations,
    space.edges.map(() => new Dirichlet([1, 1, 1, 1, 1])),
  );

export function scores(folder: string): readonly CallCase[] {
  const file = join(folder, "scores.jsonl");
  writeFileSync(file, "hello\n");
  return [
    refused("score nothing", () => score([], common), says(null, "scores", "give one at least")),
    refused(
      "score without proxies",
      () => score([space.at(0)], {} as never),
      says(null, "scores", "name one at least"),
    ),
    refused("score what is none", () => score([undefined as never], common), says("number 0", "scores", "space.parse")),
    refused(
      "score a batch of another shape",
      () => score([space.at(0)], { proxies: ["naswot"], data: { images: new Float32Array(100) } }),
      says("100 values", "scores", "give their shape"),
    ),
    refused(
      "scores by a proxy that is not there",
      () => scoresOf(space.at(0), [undefined as never]),
      says("number 0", "scores", "give [proxies.naswot"),
    ),
    refused(
      "score by nothing",
      () => score([space.at(0)], { ...common, proxies: [] }),
      says(null, "scores", "name one"),
    ),
    refused(
      "score by an unknown proxy",
      () => score([space.at(0)], { ...common, proxies: ["fishr"] }),
      says('"fishr"', "proxy", "did you mean fisher?"),
    ),
    refused(
      "score of two spaces",
      () => score([space.at(0), spaces.darts().parse(DARTS)], common),
      says("DARTS", "scores", "one space at a time"),
    ),
    refused(
      "score with more images than there are",
      () => score([space.at(0)], { ...common, images: 1e6 }),
      says("1000000", "scores", "whole number from 1 to"),
    ),
    refused(
      "score no times",
      () => score([space.at(0)], { ...common, repeats: 0 }),
      says("got 0", "repeats", "positive"),
    ),
    refused("select no samples", () => select(space, { ...common, samples: 0 }), says("got 0", "samples", "positive")),
    refused(
      "select from a distribution of no space",
      () => select(uniform(), common),
      says(null, "select", "say which space it is of"),
    ),
    refused(
      "select from a distribution of another space",
      () => select(uniform(), { ...common, space: spaces.s1() }),
      says("6 edges", "select", "give the space that it was learnt on"),
    ),
    refused(
      "select under a budget of nothing",
      () => select(space, { ...common, budget: { cost: "parameters", most: 0 } }),
      says("got 0", "budget.most", "positive"),
    ),
    refused(
      "select under a bound that nothing keeps to",
      () => select(space, { ...common, budget: { cost: "multiplyAdds", most: 10 } }),
      says("10", "budget", "allow that at least"),
    ),
    refused(
      "select by a combination that is none",
      () => select(space, { ...common, combination: "mean" as never }),
      says('"mean"', "combine", 'take "rank-sum"'),
    ),
    refused("open no scores", () => openScores(file), says("scores.jsonl", "line 1", "name another")),
    refused("correlate two pairs", () => rankCorrelation([1, 2], [1, 2]), says("2 pairs", "rankCorrelation", "three")),
    refused(
      "the scores of a proxy that was not asked for",
      () => studies.nasBench201().of("ntk"),
      says('"ntk"', "scores", "there are synflow"),
    ),
    refused(
      "correlations with accuracies that nobody has",
      () => display.correlations(studies.nasBench201(), { data: "mnist" }),
      says('"mnist"', "NAS-Bench-201", "there are cifar10"),
    ),
  ];
}

const DARTS =
  "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=range(2, 6), reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=range(2, 6))";
