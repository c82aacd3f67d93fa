// npm run bench -- distributions: a Dirichlet's samples and pathwise gradients a second, and their share of a step.
import { RandomStream } from "../src/backend/random";
import { Dirichlet } from "../src/distributions";
import { spaces } from "../src/spaces";
import { benchmark, type Report, type Values } from "./frame/bench";
import { besideSteps, type Part } from "./frame/beside";
import { median, quartiles, secondsCells, stepTimes } from "./frame/quartiles";
import { timed } from "./frame/serve";
import { allOperations, readRun, sizeHelp, sizeOptions } from "./frame/sizes";

/** Edges that are drawn at once: one takes microseconds. */
const AT_ONCE = 1000;

/** Concentrations: sparse, as a search starts, sharp. */
const BETAS = [0.1, 1, 10];

export const bench = benchmark({
  name: "distributions",
  help: `npm run -s bench -- distributions ${sizeHelp}

Microseconds of a Dirichlet's sample and of its pathwise gradient, for one edge, by the number of operations (2, 5, 8) and by the
concentration of each (0.1, 1, 10); and shareOfStep: what a search's start (β = 1) takes of a step of these sizes, measured in the same run.`,
  options: sizeOptions,
  run,
});

async function run(values: Values<typeof sizeOptions>): Promise<Report> {
  const { sizes, samples, backend } = readRun(values);
  const cases = [2, allOperations, 8].flatMap((operations) => BETAS.map((beta) => ({ operations, beta })));
  const parts = Object.fromEntries(
    cases.flatMap(({ operations, beta }): [string, Part][] => {
      const { sample, gradient } = partsOf(operations, beta);
      return [
        [`sample ${operations} ${beta}`, sample],
        [`gradient ${operations} ${beta}`, gradient],
      ];
    }),
  );
  const { about, step, seconds } = await besideSteps(sizes, backend, samples, parts);
  const rows = cases.map(({ operations, beta }) => {
    const [sample, gradient] = ["sample", "gradient"].map((kind) => seconds[`${kind} ${operations} ${beta}`]);
    return {
      operations,
      beta,
      sampleSeconds: median(sample),
      sampleQuartiles: quartiles(sample),
      gradientSeconds: median(gradient),
      gradientQuartiles: quartiles(gradient),
      edgesPerSecond: 1 / (median(sample) + median(gradient)),
    };
  });
  const start = rows.find(({ operations, beta }) => operations === allOperations && beta === 1)!;
  const edges = spaces.nasBench201().edges.length;
  const perStep = edges * (2 * start.sampleSeconds + start.gradientSeconds); // a sample for each half-step
  const shareOfStep = perStep / median(step);
  return {
    result: {
      ...sizes,
      backend: about.backend,
      ...stepTimes(step),
      rows,
      shareOfStep,
    },
    versions: about.versions,
    tables: [
      [
        ["operations", "β", "sample µs", "quartiles", "gradient µs", "quartiles", "edges a second"],
        ...rows.map((row) => [
          String(row.operations),
          String(row.beta),
          microseconds(row.sampleSeconds),
          row.sampleQuartiles.map(microseconds).join(" – "),
          microseconds(row.gradientSeconds),
          row.gradientQuartiles.map(microseconds).join(" – "),
          Math.round(row.edgesPerSecond).toLocaleString("en-US"),
        ]),
      ],
      [
        ["", "median ms", "quartiles", "samples"],
        [`a step (${about.backend})`, ...secondsCells(step)],
      ],
      [
        ["of a step", "share"],
        [`${edges} edges, two samples and a gradient`, `${(100 * shareOfStep).toFixed(2)} %`],
      ],
    ],
  };
}

/** Sample and gradient of one edge. */
function partsOf(operations: number, beta: number): { sample: Part; gradient: Part } {
  const random = new RandomStream(0);
  const distribution = new Dirichlet(new Float64Array(operations).fill(beta));
  const drawn = Array.from({ length: AT_ONCE }, () => distribution.sample(random));
  const slope = Float64Array.from({ length: operations }, () => random.normal());
  const perEdge = (call: () => void) => timed(1, call)[0] / AT_ONCE;
  return {
    sample: () =>
      perEdge(() => {
        for (let k = 0; k < AT_ONCE; k++) distribution.sample(random);
      }),
    gradient: () =>
      perEdge(() => {
        for (const theta of drawn) distribution.pathwiseGradient(theta, slope);
      }),
  };
}

const microseconds = (seconds: number) => (1e6 * seconds).toFixed(2);
