// npm run bench -- distributions: samples and pathwise gradients of Dirichlets a second, and their share of a step.
import { RandomStream } from "../src/backend";
import { wholeNumber } from "../src/cli/command";
import { Dirichlet } from "../src/distributions";
import { benchmark, type Report, type Values } from "./frame/bench";
import { median, quartiles, secondsCells } from "./frame/quartiles";
import { timed } from "./frame/serve";
import { besideSteps } from "./frame/beside";
import { allOperations, readBackend, readSizes, sizeHelp, sizeOptions } from "./frame/sizes";

/** Edges that are drawn at once: a sample takes microseconds. */
const EDGES = 1000;

/** Edges that a step draws twice and differentiates once. */
const CELL = 6;

export const bench = benchmark({
  name: "distributions",
  help: `npm run -s bench -- distributions ${sizeHelp}

Microseconds of a Dirichlet's sample and of its pathwise gradient, for one edge, by the number of operations (2, 5, 8) and at three
concentrations: sparse (β = 0.1), where a search starts (β = 1) and sharp (β = 10); and the share of a step of the sizes, measured in the
same run, that they take together.`,
  options: sizeOptions,
  run,
});

async function run(values: Values<typeof sizeOptions>): Promise<Report> {
  const sizes = readSizes(values);
  const samples = wholeNumber("steps", values.steps, 1);
  const cases = [2, allOperations, 8].flatMap((operations) => [0.1, 1, 10].map((beta) => new Case(operations, beta)));
  const { about, stepSeconds } = await besideSteps(sizes, readBackend(values.backend), samples, () => {
    for (const one of cases) one.measure();
  });
  const rows = cases.map((one) => one.row());
  const start = cases.find(({ operations, beta }) => operations === allOperations && beta === 1)!.row();
  const step = median(stepSeconds);
  const shareOfStep = (CELL * (2 * start.sampleSeconds + start.gradientSeconds)) / step;
  return {
    result: { ...sizes, backend: about.backend, secondsPerStep: step, rows, shareOfStep },
    versions: about.versions,
    tables: [
      [
        ["operations", "β", "sample µs", "quartiles", "gradient µs", "quartiles"],
        ...rows.map((row) => [
          String(row.operations),
          String(row.beta),
          microseconds(row.sampleSeconds),
          row.sampleQuartiles.map(microseconds).join(" – "),
          microseconds(row.gradientSeconds),
          row.gradientQuartiles.map(microseconds).join(" – "),
        ]),
      ],
      [
        ["", "median ms", "quartiles", "samples", "share of a step"],
        [`a step (${about.backend})`, ...secondsCells(stepSeconds), ""],
        [`${CELL} edges, sampled twice, one gradient`, "", "", "", `${(100 * shareOfStep).toFixed(2)} %`],
      ],
    ],
  };
}

/** One number of operations at one concentration. */
class Case {
  readonly #distribution: Dirichlet;
  readonly #random = new RandomStream(0);
  readonly #slope: Float64Array;
  readonly #samples: number[] = [];
  readonly #gradients: number[] = [];

  constructor(
    readonly operations: number,
    readonly beta: number,
  ) {
    this.#distribution = new Dirichlet(new Float64Array(operations).fill(beta));
    this.#slope = Float64Array.from({ length: operations }, () => this.#random.normal());
  }

  measure(): void {
    const drawn: Float64Array[] = [];
    const [sampling] = timed(1, () => {
      for (let k = 0; k < EDGES; k++) drawn.push(this.#distribution.sample(this.#random));
    });
    const [differentiating] = timed(1, () => {
      for (const theta of drawn) this.#distribution.pathwiseGradient(theta, this.#slope);
    });
    this.#samples.push(sampling / EDGES);
    this.#gradients.push(differentiating / EDGES);
  }

  row() {
    return {
      operations: this.operations,
      beta: this.beta,
      sampleSeconds: median(this.#samples),
      sampleQuartiles: quartiles(this.#samples),
      gradientSeconds: median(this.#gradients),
      gradientQuartiles: quartiles(this.#gradients),
      edgesPerSecond: 1 / (median(this.#samples) + median(this.#gradients)),
    };
  }
}

const microseconds = (seconds: number) => (1e6 * seconds).toFixed(2);
