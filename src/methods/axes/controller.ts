// The controller of ENAS (Pham et al., ICML 2018): an LSTM that writes an architecture edge by edge, as a distribution over paths.
import { z } from "zod";
import { RandomStream } from "../../backend/random";
import { Categorical, CellDistribution, softmax } from "../../distributions";
import type { Choices, Picks } from "../../spaces";
import type { Family, Kept, Member } from "./family";
import { part } from "./part";

/** ENAS's bounds on the logits: 2.5 tanh(x / 5). */
const BOUND = 2.5;
const TEMPERATURE = 5;

/** Sequences that the marginal probabilities are averaged over. */
const SEQUENCES = 64;

interface Settings {
  /** Units of the LSTM. */
  readonly hidden: number;
}

export const controller = part<Family, Settings>({
  kind: "controller",
  settings: z.strictObject({ hidden: z.int().positive().max(1024).default(64) }),
  unfit: ({ edges }) =>
    edges.every(({ picks }) => picks === 1)
      ? null
      : "takes one of each choice, and this space has choices that take several",
  make: ({ hidden }) => ({
    initial: ({ operations }, stream) =>
      Float64Array.from({ length: layout(hidden, operations.length).size }, () => 0.2 * stream.uniform() - 0.1),

    at: (parameters, choices, kept) => new Controller(parameters.slice(), choices, kept, hidden),

    eta: (parameters, choices) => {
      const all = choices.edges.map(({ candidates }) => candidates);
      const { marginals } = new Controller(parameters, choices, all, hidden);
      return marginals.map((row, e) => {
        const logits = new Float64Array(choices.operations.length);
        row.forEach((p, k) => {
          logits[all[e][k]] = Math.log(p);
        });
        return logits;
      });
    },
  }),
});

/** Where each array is in the parameters: embeddings [operations + 1][H], gates [4H][2H], their biases [4H], the head [operations][H]. */
function layout(hidden: number, operations: number) {
  const gates = (operations + 1) * hidden;
  const bias = gates + 8 * hidden * hidden;
  const head = bias + 4 * hidden;
  return { gates, bias, head, size: head + operations * hidden };
}

/** What a step of the LSTM computed, for the way back. */
interface Step {
  /** The embedding's row: the operation of the edge before, or the start. */
  readonly token: number;
  /** [embedding | hidden state before], [2H]. */
  readonly input: Float64Array;
  /** Input, forget and output gate and candidate, after their functions, [4H]. */
  readonly gates: Float64Array;
  readonly before: Float64Array;
  readonly cell: Float64Array;
  readonly state: Float64Array;
  /** tanh(x / 5) of the logits of all operations. */
  readonly squashed: Float64Array;
  /** Of the kept operations. */
  readonly probabilities: Float64Array;
}

class Controller implements Member {
  #marginals: Float64Array[] | undefined;
  readonly #parameters: Float64Array;
  readonly #choices: Choices;
  readonly #kept: Kept;
  readonly #hidden: number;

  constructor(parameters: Float64Array, choices: Choices, kept: Kept, hidden: number) {
    this.#parameters = parameters;
    this.#choices = choices;
    this.#kept = kept;
    this.#hidden = hidden;
  }

  /** Each edge's probabilities over the kept operations, averaged over sampled sequences: always the same ones. */
  get marginals(): Float64Array[] {
    if (this.#marginals) return this.#marginals;
    const stream = new RandomStream(0, "controller");
    const sums = this.#kept.map((row) => new Float64Array(row.length));
    for (let k = 0; k < SEQUENCES; k++) {
      const { steps } = this.#run((_, probabilities) => draw(probabilities, stream));
      steps.forEach(({ probabilities }, e) => {
        probabilities.forEach((p, o) => {
          sums[e][o] += p / SEQUENCES;
        });
      });
    }
    this.#marginals = sums;
    return sums;
  }

  /** The edges' marginal probabilities; that the edges depend on each other is not in it. */
  get operations(): number {
    return this.#choices.operations.length;
  }

  get distribution(): CellDistribution {
    const names = this.#choices.edges.map(({ name }) => name);
    const rows = this.marginals.map((row) => new Categorical(row.map(Math.log)));
    return new CellDistribution(names, this.#choices.operations, rows, this.#kept);
  }

  mean(): never {
    throw new Error("a controller has no weights to take the mean of");
  }

  path(stream: RandomStream): Picks {
    const { chosen } = this.#run((_, probabilities) => draw(probabilities, stream));
    return chosen.map((k, e) => [this.#kept[e][k]]);
  }

  logProbability(path: Picks): number {
    const chosen = this.#chosen(path);
    const { steps } = this.#run((e) => chosen[e]);
    return steps.reduce((sum, { probabilities }, e) => sum + Math.log(probabilities[chosen[e]]), 0);
  }

  /** By back-propagation through the edges in turn. */
  score(path: Picks, credit: ArrayLike<number>): Float64Array {
    const chosen = this.#chosen(path);
    const { steps } = this.#run((e) => chosen[e]);
    const gradient = new Float64Array(this.#parameters.length);
    let dState = new Float64Array(this.#hidden);
    let dCell = new Float64Array(this.#hidden);
    for (let e = steps.length - 1; e >= 0; e--) {
      const dLogits = new Float64Array(this.#choices.operations.length);
      this.#kept[e].forEach((operation, k) => {
        dLogits[operation] = credit[e] * ((k === chosen[e] ? 1 : 0) - steps[e].probabilities[k]);
      });
      this.#headBack(steps[e], dLogits, gradient, dState);
      ({ dState, dCell } = this.#cellBack(steps[e], gradient, dState, dCell));
    }
    return gradient;
  }

  /** Which of the kept operations each edge takes. */
  #chosen(path: Picks): number[] {
    return path.map(([operation], e) => this.#kept[e].indexOf(operation));
  }

  /** @param choose which of the kept operations an edge takes. */
  #run(choose: (edge: number, probabilities: Float64Array) => number): { steps: Step[]; chosen: number[] } {
    const { operations } = this.#choices;
    let token = operations.length; // the start
    let state = new Float64Array(this.#hidden);
    let cell = new Float64Array(this.#hidden);
    const chosen: number[] = [];
    const steps = this.#kept.map((kept, e) => {
      const step = this.#step(token, state, cell, kept);
      chosen.push(choose(e, step.probabilities));
      ({ state, cell } = step);
      token = kept[chosen[e]];
      return step;
    });
    return { steps, chosen };
  }

  #step(token: number, state: Float64Array, before: Float64Array, kept: readonly number[]): Step & Memory {
    const H = this.#hidden;
    const { gates: w, bias, head } = layout(H, this.#choices.operations.length);
    const input = new Float64Array(2 * H);
    input.set(this.#parameters.subarray(token * H, (token + 1) * H));
    input.set(state, H);
    const gates = Float64Array.from({ length: 4 * H }, (_, g) => {
      const x = this.#parameters[bias + g] + dot(this.#parameters, w + g * 2 * H, input);
      return g < 3 * H ? 1 / (1 + Math.exp(-x)) : Math.tanh(x);
    });
    const cell = before.map((c, h) => gates[H + h] * c + gates[h] * gates[3 * H + h]);
    const next = cell.map((c, h) => gates[2 * H + h] * Math.tanh(c));
    const squashed = Float64Array.from(this.#choices.operations, (_, o) =>
      Math.tanh(dot(this.#parameters, head + o * H, next) / TEMPERATURE),
    );
    const probabilities = softmax(kept.map((o) => BOUND * squashed[o]));
    return { token, input, gates, before, cell, state: next, squashed, probabilities };
  }

  #headBack({ squashed, state }: Step, dLogits: Float64Array, gradient: Float64Array, dState: Float64Array): void {
    const H = this.#hidden;
    const { head } = layout(H, this.#choices.operations.length);
    dLogits.forEach((d, o) => {
      const dx = (d * BOUND * (1 - squashed[o] ** 2)) / TEMPERATURE;
      for (let h = 0; h < H; h++) {
        gradient[head + o * H + h] += dx * state[h];
        dState[h] += dx * this.#parameters[head + o * H + h];
      }
    });
  }

  /** To the parameters, and to the state and the cell before. */
  #cellBack(
    { token, input, gates, before, cell }: Step,
    gradient: Float64Array,
    dState: Float64Array,
    dAfter: Float64Array,
  ) {
    const H = this.#hidden;
    const { gates: w, bias } = layout(H, this.#choices.operations.length);
    const dGates = new Float64Array(4 * H);
    const dCell = new Float64Array(H);
    for (let h = 0; h < H; h++) {
      const [i, f, o, c] = [0, 1, 2, 3].map((k) => gates[k * H + h]);
      const tanh = Math.tanh(cell[h]);
      const d = dAfter[h] + dState[h] * o * (1 - tanh ** 2);
      dGates[h] = d * c * i * (1 - i);
      dGates[H + h] = d * before[h] * f * (1 - f);
      dGates[2 * H + h] = dState[h] * tanh * o * (1 - o);
      dGates[3 * H + h] = d * i * (1 - c ** 2);
      dCell[h] = d * f;
    }
    const dInput = new Float64Array(2 * H);
    dGates.forEach((d, g) => {
      gradient[bias + g] += d;
      for (let k = 0; k < 2 * H; k++) {
        gradient[w + g * 2 * H + k] += d * input[k];
        dInput[k] += d * this.#parameters[w + g * 2 * H + k];
      }
    });
    for (let h = 0; h < H; h++) gradient[token * H + h] += dInput[h];
    return { dState: dInput.slice(H), dCell };
  }
}

interface Memory {
  readonly state: Float64Array<ArrayBuffer>;
  readonly cell: Float64Array<ArrayBuffer>;
}

function dot(matrix: Float64Array, start: number, vector: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < vector.length; k++) sum += matrix[start + k] * vector[k];
  return sum;
}

const draw = (probabilities: Float64Array, stream: RandomStream): number =>
  new Categorical(probabilities.map(Math.log)).sampleIndex(stream);
